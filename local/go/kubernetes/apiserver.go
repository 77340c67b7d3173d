package main

import (
	"context"
	"net"
	"strconv"

	"github.com/spf13/cobra"
	utilerrors "k8s.io/apimachinery/pkg/util/errors"
	"k8s.io/apiserver/pkg/server"
	"k8s.io/client-go/rest"
	"k8s.io/component-base/compatibility"
	logs "k8s.io/component-base/logs/api/v1"
	"k8s.io/kubernetes/cmd/kube-apiserver/app"
	"k8s.io/kubernetes/cmd/kube-apiserver/app/options"
	netutils "k8s.io/utils/net"
)

// kubeAPIServer is kube-apiserver, with one flag more: --also-listen-on names further addresses for its port. As it
// comes it listens on one address or on all of them.
func kubeAPIServer() *cobra.Command {
	ctx := server.SetupSignalContext()
	o := options.NewServerRunOptions()
	var more []net.IP
	command := &cobra.Command{
		Use:          "kube-apiserver",
		SilenceUsage: true,
		Args:         cobra.NoArgs,
		RunE: func(*cobra.Command, []string) error {
			return runAPIServer(ctx, o, more)
		},
	}
	for _, flags := range o.Flags().FlagSets {
		command.Flags().AddFlagSet(flags)
	}
	command.Flags().IPSliceVar(&more, "also-listen-on", nil, "Further addresses to serve --secure-port on.")
	return command
}

func runAPIServer(ctx context.Context, o *options.ServerRunOptions, more []net.IP) error {
	components := o.GenericServerRunOptions.ComponentGlobalsRegistry
	if err := components.Set(); err != nil {
		return err
	}
	if err := logs.ValidateAndApply(o.Logs, components.FeatureGateFor(compatibility.DefaultKubeComponent)); err != nil {
		return err
	}
	// What it says to itself is for nobody else.
	rest.SetDefaultWarningHandler(rest.NoWarnings{})
	if len(more) > 0 {
		var addresses []string
		for _, ip := range append([]net.IP{o.SecureServing.BindAddress}, more...) {
			addresses = append(addresses, net.JoinHostPort(ip.String(), strconv.Itoa(o.SecureServing.BindPort)))
		}
		listener, err := netutils.MultiListen(ctx, "tcp", addresses...)
		if err != nil {
			return err
		}
		o.SecureServing.Listener = listener
	}
	completed, err := o.Complete(ctx)
	if err != nil {
		return err
	}
	if wrong := completed.Validate(); len(wrong) > 0 {
		return utilerrors.NewAggregate(wrong)
	}
	return app.Run(ctx, completed)
}
