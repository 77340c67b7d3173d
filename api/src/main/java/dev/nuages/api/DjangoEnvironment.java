package dev.nuages.api;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/**
 * What "dev" or "prod" means in this cluster: where databases and caches come from, and the defaults that hold for
 * every DjangoApp that names this environment.
 */
@Group(Nuages.GROUP)
@Version(Nuages.VERSION)
@Plural("djangoenvironments")
@ShortNames("djenv")
@Categories("nuages")
@AdditionalPrinterColumn(name = "Domain", jsonPath = ".spec.domain")
@AdditionalPrinterColumn(
        name = "Age",
        jsonPath = ".metadata.creationTimestamp",
        type = AdditionalPrinterColumn.Type.DATE)
public class DjangoEnvironment extends CustomResource<DjangoEnvironmentSpec, Void> {}
