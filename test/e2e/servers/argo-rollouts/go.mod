module slipway/test/e2e/servers/argo-rollouts

go 1.26.1

require github.com/argoproj/argo-rollouts v1.10.1
