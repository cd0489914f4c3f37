"""Files between persons and counsellors: taken, checked, kept, shown, sent, deleted.

`content` looks into one file and knows nothing else; `checking` runs it in a process apart;
`keeping` has the rows; `porter` fetches what waits; `service` is the counsellors' way in.
"""
