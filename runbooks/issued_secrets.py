"""Tokens and hashes that are known by their shape wherever they stand, as their issuers document them."""

_UUID = r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"
ISSUED = (
    # Slack, Discord, Telegram
    r"xox[abeoprs]-[A-Za-z0-9-]{6,}|xapp-\d-[A-Za-z0-9-]{6,}|xwfp-[A-Za-z0-9-]{6,}|xoxe\.xox[bp]-[A-Za-z0-9-]{6,}",
    r"[MNO][A-Za-z0-9_-]{23,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,40}|(?:bot)?\d{8,10}:AA[A-Za-z0-9_-]{33}",
    # clouds
    r"(?:AKIA|ASIA|AROA|AIDA|ABIA|ACCA)[A-Z0-9]{16}\b|LTAI[A-Za-z0-9]{12,24}\b|AKID[A-Za-z0-9]{32}\b",
    r"AIza[A-Za-z0-9_-]{35}|ya29\.[A-Za-z0-9._-]{20,}|GOCSPX-[A-Za-z0-9_-]{20,}|1//0[A-Za-z0-9_-]{30,}",
    r"AAAA[A-Za-z0-9_-]{7}:APA91b[A-Za-z0-9_-]{40,}|[A-Za-z0-9_~.]{3}\dQ~[A-Za-z0-9_~.-]{31,34}",
    r"do[opr]_v1_[a-f0-9]{32,}|FlyV1 fm\d_\S{20,}|fm[12]_[A-Za-z0-9+/=_-]{40,}|fo1_[A-Za-z0-9_-]{40,}|dapi[a-f0-9]{32}",
    r"nfp_[A-Za-z0-9]{36,}|vercel_\w+_[A-Za-z0-9]{20,}|sbp_[a-f0-9]{40}|pscale_(?:tkn|oauth|pw)_[A-Za-z0-9_-]{30,}|rnd_[A-Za-z0-9]{28,}",
    # code, packages, builds
    r"gh[opsur]_[A-Za-z0-9]{30,}|github_pat_[A-Za-z0-9_]{30,}|gl(?:pat|dt|rt|cbt|ptt|ft|soat|agent)-[A-Za-z0-9_-]{16,}|GR1348941[A-Za-z0-9_-]{20}",
    r"ATATT3[A-Za-z0-9_=-]{40,}|ATCTT3[A-Za-z0-9_=-]{40,}|ATBB[A-Za-z0-9]{24,}|figd_[A-Za-z0-9_-]{36,}|lin_(?:api|oauth)_[A-Za-z0-9]{30,}",
    r"npm_[A-Za-z0-9]{30,}|pypi-AgE[A-Za-z0-9_-]{40,}|rubygems_[a-f0-9]{48}|oy2[a-z0-9]{43}\b|cio[A-Za-z0-9]{32}\b|CLOJARS_[a-f0-9]{60}",
    r"dckr_[op]at_[A-Za-z0-9_-]{20,}|AKCp[A-Za-z0-9]{60,}|CCIPAT_[A-Za-z0-9_]{30,}|bk[ua]a_[a-f0-9]{40}|sgp_[A-Za-z0-9_]{40,}|pul-[a-f0-9]{40}",
    r"[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{60,}|PMAK-[a-f0-9]{24}-[a-f0-9]{34}|CFPAT-[A-Za-z0-9_-]{43}|ntn_[A-Za-z0-9]{40,}|secret_[A-Za-z0-9]{43}\b",
    # money, mail, people
    r"(?:sk|rk|pk)_(?:live|test)_[A-Za-z0-9]{16,}|whsec_[A-Za-z0-9+/=]{20,}|rzp_(?:live|test)_[A-Za-z0-9]{14}|sq0[a-z]{3}-[A-Za-z0-9_-]{22,}|EZ[AT]K[A-Za-z0-9]{54}",
    rf"access-(?:sandbox|development|production)-{_UUID}|pat-(?:na|eu)\d-{_UUID}|shp(?:at|ca|pa|ss)_[a-fA-F0-9]{{32}}|shippo_(?:live|test)_[a-f0-9]{{40}}",
    r"SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}|xkeysib-[a-f0-9]{64}-[A-Za-z0-9]{16}|key-[a-f0-9]{32}\b|[a-f0-9]{32}-us\d{1,2}\b|(?:SK|AC)[a-f0-9]{32}\b",
    # models
    r"sk-(?:ant-|proj-|svcacct-|or-)?[A-Za-z0-9_-]{20,}|hf_[A-Za-z0-9]{30,}|gsk_[A-Za-z0-9]{30,}|r8_[A-Za-z0-9]{37}|xai-[A-Za-z0-9]{70,}",
    r"pplx-[A-Za-z0-9]{40,}|nvapi-[A-Za-z0-9_-]{40,}|ph[cx]_[A-Za-z0-9]{40,}",
    # keys, watching, networks
    r"hv[sbr]\.[A-Za-z0-9_-]{20,}|\bs\.[A-Za-z0-9]{24}\b|dp\.[a-z]{2,5}\.[A-Za-z0-9]{30,}|AGE-SECRET-KEY-1[A-Z0-9]{40,}|ops_eyJ[A-Za-z0-9_-]{40,}|tskey-[a-z]+-[A-Za-z0-9-]{20,}",
    r"glsa_[A-Za-z0-9_]{30,}|glc_[A-Za-z0-9+/=]{30,}|NRAK-[A-Z0-9]{20,}|sntry[su]_[A-Za-z0-9+/=_-]{30,}|dt0[a-z]\d\d\.[A-Z0-9]{24}\.[A-Z0-9]{64}",
    # tokens of a standard
    r"eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{6,}(?:\.[A-Za-z0-9_-]*)*|v[1-4]\.(?:local|public)\.[A-Za-z0-9_-]{40,}(?:\.[A-Za-z0-9_-]*)?",
)
HASHED = (
    r"\$(?:2[abxy]?\$\d\d|apr1|1|5|6|7|y|gy|argon2(?:id|i|d)|pbkdf2[a-z0-9-]*|scrypt)\$[./A-Za-z0-9$=,+]{20,}",
    r"SCRAM-SHA-(?:1|256|512)\$[^\s|'\"]{20,}",
    r"\bmd5[a-f0-9]{32}\b",
    r"\*[0-9A-F]{40}\b",
)
"""Hashes of passwords: slow to undo, and nobody's to read. The last ones are PostgreSQL's and MySQL's."""
