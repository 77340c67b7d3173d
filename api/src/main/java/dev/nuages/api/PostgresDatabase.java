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

/** A database on a PostgresServer, with its owner role and extensions; how to reach it is in a Secret. */
@Group(Nuages.GROUP)
@Version(Nuages.VERSION)
@Plural("postgresdatabases")
@ShortNames({"pgdb"})
@Categories("nuages")
@AdditionalPrinterColumn(name = "Ready", jsonPath = ".status.conditions[?(@.type==\"Ready\")].status")
@AdditionalPrinterColumn(name = "Reason", jsonPath = ".status.conditions[?(@.type==\"Ready\")].reason")
@AdditionalPrinterColumn(name = "Server", jsonPath = ".spec.server")
@AdditionalPrinterColumn(name = "Database", jsonPath = ".status.database")
@AdditionalPrinterColumn(
        name = "Age",
        jsonPath = ".metadata.creationTimestamp",
        type = AdditionalPrinterColumn.Type.DATE)
@AdditionalPrinterColumn(name = "Message", jsonPath = ".status.conditions[?(@.type==\"Ready\")].message", priority = 1)
@ValidationRule(value = Nuages.SHORT_NAME_RULE, message = Nuages.SHORT_NAME_MESSAGE)
@ValidationRule(
        value = "has(self.spec.database)" + Nuages.NAMES_A_DATABASE,
        message = "the database would be named after this object, and that name is PostgreSQL's own: give another by"
                + " spec.database")
public class PostgresDatabase extends CustomResource<PostgresDatabaseSpec, PostgresDatabaseStatus>
        implements Namespaced {}
