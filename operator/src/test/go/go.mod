module nuages.dev/operator/definitions

go 1.26.0

require (
	github.com/kedacore/keda/v2 v2.18.1
	sigs.k8s.io/gateway-api v1.5.0
)
