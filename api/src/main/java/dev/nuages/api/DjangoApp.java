package dev.nuages.api;

import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/**
 * One Django project, at one version, fully running: its database, migrations, processes, routes and secrets are made
 * to match this object, and kept matching it.
 */
@Group(Nuages.GROUP)
@Version(Nuages.VERSION)
@Plural("djangoapps")
@ShortNames({"dj", "djapp"})
@Categories({"nuages", "all"})
@AdditionalPrinterColumn(name = "Version", jsonPath = ".spec.version")
@AdditionalPrinterColumn(name = "Phase", jsonPath = ".status.phase")
@AdditionalPrinterColumn(name = "Ready", jsonPath = ".status.ready")
@AdditionalPrinterColumn(name = "URL", jsonPath = ".status.url")
@AdditionalPrinterColumn(
        name = "Age",
        jsonPath = ".metadata.creationTimestamp",
        type = AdditionalPrinterColumn.Type.DATE)
@AdditionalPrinterColumn(name = "Message", jsonPath = ".status.conditions[?(@.type==\"Ready\")].message", priority = 1)
@ValidationRule(value = Nuages.SHORT_NAME_RULE, message = Nuages.SHORT_NAME_MESSAGE)
@ValidationRule(
        value = "has(self.spec.database) && has(self.spec.database.name)" + Nuages.NAMES_A_DATABASE,
        message =
                "the database would be named after the application, and that name is PostgreSQL's own: give another by"
                        + " spec.database.name")
public class DjangoApp extends CustomResource<DjangoAppSpec, DjangoAppStatus> implements Namespaced {}
