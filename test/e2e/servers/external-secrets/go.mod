module slipway/test/e2e/servers/external-secrets

go 1.24.0

require github.com/external-secrets/external-secrets v0.16.2
