package main

import (
	"errors"

	"github.com/spf13/cobra"
	utilerrors "k8s.io/apimachinery/pkg/util/errors"
	"k8s.io/apimachinery/pkg/util/validation/field"
	config "k8s.io/kube-proxy/config/v1alpha1"
	"k8s.io/kubernetes/cmd/kube-proxy/app"
	"k8s.io/kubernetes/pkg/proxy/apis/config/scheme"
	defaults "k8s.io/kubernetes/pkg/proxy/apis/config/v1alpha1"
)

// kubeProxy is kube-proxy without the port that serves its metrics and its configuration to whoever asks. Its own
// configuration cannot leave that out: an empty address stands for the usual one.
func kubeProxy() *cobra.Command {
	scheme.Scheme.AddTypeDefaultingFunc(&config.KubeProxyConfiguration{}, func(object any) {
		c := object.(*config.KubeProxyConfiguration)
		defaults.SetObjectDefaults_KubeProxyConfiguration(c)
		c.MetricsBindAddress = ""
	})
	o := app.NewOptions()
	command := &cobra.Command{
		Use:          "kube-proxy",
		SilenceUsage: true,
		Args:         cobra.NoArgs,
		RunE: func(command *cobra.Command, _ []string) error {
			if err := o.Complete(command.Flags()); err != nil {
				return err
			}
			if err := utilerrors.FilterOut(o.Validate(), isMetricsAddress); err != nil {
				return err
			}
			return o.Run(command.Context())
		},
	}
	o.AddFlags(command.Flags())
	return command
}

// isMetricsAddress tells whether validation found nothing but that there is no such address, which is on purpose.
func isMetricsAddress(err error) bool {
	var found *field.Error
	return errors.As(err, &found) && found.Field == "KubeProxyConfiguration.MetricsBindAddress"
}
