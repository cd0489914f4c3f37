"""An OpenID Connect provider on loopback. It can be told to misbehave, one fault at a time."""

import base64
import hashlib
import time
from urllib.parse import urlencode

from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.responses import JSONResponse, RedirectResponse
from starlette.routing import Route

CLIENT, CLIENT_SECRET = "desk", "hush"


class Idp:
    """Signs everybody in as `claims` says, unless `fault` names what goes wrong."""

    def __init__(self):
        self.key, self.other = (RSAKey.generate_key(2048, {"kid": "one"}) for _ in range(2))
        self.address = ""
        self.reset()

    def reset(self):
        self.fault = ""
        self.claims = {
            "sub": "u-1",
            "name": "Inès M.",
            "email": "Ines@Org.Example",
            "email_verified": True,
            "roles": ["staff", "conseil"],
        }
        self.only_userinfo = False
        self.asked = {}
        self.codes = {}

    def app(self):
        return Starlette(
            routes=[
                Route("/.well-known/openid-configuration", self.metadata),
                Route("/keys", self.keys),
                Route("/authorize", self.authorize),
                Route("/token", self.token, methods=["POST"]),
                Route("/userinfo", self.userinfo),
            ]
        )

    async def metadata(self, request):
        if self.fault == "broken":
            return JSONResponse({"error": "no"}, 500)
        return JSONResponse(
            {
                "issuer": "https://evil.example" if self.fault == "issuer" else self.address,
                "authorization_endpoint": f"{self.address}/authorize",
                "token_endpoint": f"{self.address}/token",
                "userinfo_endpoint": f"{self.address}/userinfo",
                "jwks_uri": f"{self.address}/keys",
                "id_token_signing_alg_values_supported": ["none", "HS256", "RS256"],
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
            }
        )

    async def keys(self, request):
        return JSONResponse({"keys": [self.key.as_dict(private=False)]})

    async def authorize(self, request):
        self.asked = dict(request.query_params)
        back = self.asked["redirect_uri"]
        if self.fault == "denied":
            answer = {"error": "access_denied", "state": self.asked["state"]}
        else:
            code = f"code-{len(self.codes)}"
            self.codes[code] = self.asked
            state = "forged" if self.fault == "state" else self.asked["state"]
            answer = {"code": code, "state": state}
        return RedirectResponse(f"{back}?{urlencode(answer)}", 302)

    async def token(self, request):
        form = await request.form()
        basic = base64.b64encode(f"{CLIENT}:{CLIENT_SECRET}".encode()).decode()
        asked = self.codes.pop(form.get("code"), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        well = (
            asked is not None
            and request.headers.get("authorization") == f"Basic {basic}"
            and asked["code_challenge_method"] == "S256"
            and asked["code_challenge"] == challenge
            and asked["redirect_uri"] == form.get("redirect_uri")
        )
        if not well:
            return JSONResponse({"error": "invalid_grant"}, 400)
        answer = {"access_token": "at", "token_type": "Bearer", "expires_in": 60}
        if self.fault != "no token":
            answer["id_token"] = self.id_token(asked)
        return JSONResponse(answer)

    def id_token(self, asked):
        told = {} if self.only_userinfo else self.claims
        claims = {
            **told,
            "sub": self.claims["sub"],
            "iss": "https://evil.example" if self.fault == "iss" else self.address,
            "aud": "another" if self.fault == "aud" else CLIENT,
            "exp": int(time.time()) - 1000 if self.fault == "expired" else int(time.time()) + 60,
            "iat": int(time.time()) - (2000 if self.fault == "expired" else 0),
            "nonce": "forged" if self.fault == "nonce" else asked["nonce"],
        }
        if self.fault == "unsigned":
            part = base64.urlsafe_b64encode(b'{"alg":"none"}').rstrip(b"=").decode()
            body = jwt.encode({"alg": "RS256", "kid": "one"}, claims, self.key).split(".")[1]
            return f"{part}.{body}."
        key = self.other if self.fault == "signature" else self.key
        return jwt.encode({"alg": "RS256", "kid": "one"}, claims, key)

    async def userinfo(self, request):
        if request.headers.get("authorization") != "Bearer at":
            return JSONResponse({"error": "invalid_token"}, 401)
        sub = "somebody else" if self.fault == "userinfo" else self.claims["sub"]
        return JSONResponse(self.claims | {"sub": sub})
