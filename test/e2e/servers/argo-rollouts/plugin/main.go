// Stands in for the Gateway API plugin of Argo Rollouts, which isn't served as a Go module: it writes the weights that the controller asks
// for into the HTTPRoute that the Rollout names, and nothing else.
package main

import (
	"context"
	"encoding/json"

	"github.com/argoproj/argo-rollouts/pkg/apis/rollouts/v1alpha1"
	"github.com/argoproj/argo-rollouts/rollout/trafficrouting/plugin/rpc"
	"github.com/argoproj/argo-rollouts/utils/plugin/types"
	goPlugin "github.com/hashicorp/go-plugin"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/tools/clientcmd"
)

const name = "argoproj-labs/gatewayAPI"

var routes = schema.GroupVersionResource{Group: "gateway.networking.k8s.io", Version: "v1", Resource: "httproutes"}

type router struct{ client dynamic.Interface }

func fault(err error) types.RpcError {
	if err == nil {
		return types.RpcError{}
	}
	return types.RpcError{ErrorString: err.Error()}
}

func (r *router) InitPlugin() types.RpcError {
	config, err := clientcmd.NewNonInteractiveDeferredLoadingClientConfig(clientcmd.NewDefaultClientConfigLoadingRules(), nil).ClientConfig()
	if err == nil {
		r.client, err = dynamic.NewForConfig(config)
	}
	return fault(err)
}

func (r *router) SetWeight(rollout *v1alpha1.Rollout, weight int32, _ []v1alpha1.WeightDestination) types.RpcError {
	canary := rollout.Spec.Strategy.Canary
	var config struct {
		HTTPRoute string `json:"httpRoute"`
		Namespace string `json:"namespace"`
	}
	if err := json.Unmarshal(canary.TrafficRouting.Plugins[name], &config); err != nil {
		return fault(err)
	}
	if config.Namespace == "" {
		config.Namespace = rollout.Namespace
	}
	client := r.client.Resource(routes).Namespace(config.Namespace)
	route, err := client.Get(context.Background(), config.HTTPRoute, metav1.GetOptions{})
	if err != nil {
		return fault(err)
	}
	weights := map[string]int64{canary.CanaryService: int64(weight), canary.StableService: int64(100 - weight)}
	for _, rule := range list(route.Object["spec"], "rules") {
		for _, backend := range list(rule, "backendRefs") {
			if fields, ok := backend.(map[string]any); ok {
				if share, known := weights[fields["name"].(string)]; known {
					fields["weight"] = share
				}
			}
		}
	}
	_, err = client.Update(context.Background(), route, metav1.UpdateOptions{})
	return fault(err)
}

func list(object any, key string) []any {
	fields, _ := object.(map[string]any)
	items, _ := fields[key].([]any)
	return items
}

func (r *router) UpdateHash(*v1alpha1.Rollout, string, string, []v1alpha1.WeightDestination) types.RpcError {
	return types.RpcError{}
}

func (r *router) SetHeaderRoute(*v1alpha1.Rollout, *v1alpha1.SetHeaderRoute) types.RpcError {
	return types.RpcError{}
}

func (r *router) SetMirrorRoute(*v1alpha1.Rollout, *v1alpha1.SetMirrorRoute) types.RpcError {
	return types.RpcError{}
}

func (r *router) VerifyWeight(*v1alpha1.Rollout, int32, []v1alpha1.WeightDestination) (types.RpcVerified, types.RpcError) {
	return types.Verified, types.RpcError{}
}

func (r *router) RemoveManagedRoutes(*v1alpha1.Rollout) types.RpcError { return types.RpcError{} }

func (r *router) Type() string { return name }

func main() {
	goPlugin.Serve(&goPlugin.ServeConfig{
		HandshakeConfig: goPlugin.HandshakeConfig{ProtocolVersion: 1, MagicCookieKey: "ARGO_ROLLOUTS_RPC_PLUGIN", MagicCookieValue: "trafficrouter"},
		Plugins:         map[string]goPlugin.Plugin{"RpcTrafficRouterPlugin": &rpc.RpcTrafficRouterPlugin{Impl: &router{}}},
	})
}
