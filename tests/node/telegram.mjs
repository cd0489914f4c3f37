// telegram-test-api on a free port of loopback; tells its address, and ends with its standard input.
import { createServer } from "node:net";
import telegram from "telegram-test-api";

const TelegramServer = telegram.TelegramServer ?? telegram;

const free = () => new Promise((resolve, reject) => {
  const probe = createServer().once("error", reject);
  probe.listen(0, "127.0.0.1", () => {
    const { port } = probe.address();
    probe.close(() => resolve(port));
  });
});

const server = new TelegramServer({ port: await free(), host: "127.0.0.1", storeTimeout: 600 });
await server.start();
console.log(server.config.apiURL);
process.stdin.resume().on("end", () => process.exit(0));
