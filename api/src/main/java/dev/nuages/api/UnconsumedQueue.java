package dev.nuages.api;

/**
 * A queue in which messages wait and from which nobody takes any.
 *
 * @param name the queue's name.
 * @param messages how many wait at least: 1, 10, 100 and so on.
 */
public record UnconsumedQueue(String name, long messages) {}
