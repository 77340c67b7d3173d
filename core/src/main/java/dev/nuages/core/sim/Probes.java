package dev.nuages.core.sim;

import dev.nuages.core.djangoapp.SiteProbe;
import dev.nuages.core.postgresdatabase.DatabaseProbe;

/** What kinds may ask that is not in the API server, answered by the simulated world. */
public interface Probes extends DatabaseProbe, SiteProbe {}
