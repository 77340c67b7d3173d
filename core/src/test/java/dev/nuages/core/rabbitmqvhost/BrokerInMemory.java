package dev.nuages.core.rabbitmqvhost;

import dev.nuages.core.BrokerAddress;
import dev.nuages.core.BrokerAddress.Doors;
import dev.nuages.core.PasswordRef;
import dev.nuages.core.RabbitCommand;
import dev.nuages.core.RabbitCommand.Permissions;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/** A RabbitMQ of which only names, tags and permissions matter; a password is the name of the Secret that holds it. */
final class BrokerInMemory implements BrokerProbe, Consumer<RabbitCommand> {
    private static final Doors EXTERNAL = new Doors(
            URI.create("amqps://broker.example.org:5671"), URI.create("https://broker.example.org:443/rabbit"));

    record Account(SortedSet<String> tags, String password) {}

    final TreeMap<String, String> vhosts = new TreeMap<>();
    final TreeMap<String, Account> users = new TreeMap<>();
    final TreeMap<String, Permissions> permissions = new TreeMap<>();
    final List<Optional<PasswordRef>> askedWith = new ArrayList<>();
    boolean running = true;
    Optional<Queues> queues = Optional.of(new Queues(List.of(), true));
    Optional<Answer> instead = Optional.empty();

    @Override
    public Answer ask(BrokerAddress broker, String vhost, String user, Optional<PasswordRef> password) {
        askedWith.add(password);
        var doors = broker instanceof BrokerAddress.Local local ? local.doors() : EXTERNAL;
        return instead.orElseGet(() -> new Answered(
                doors,
                Optional.ofNullable(vhosts.get(vhost)).map(description -> new Vhost(description, running)),
                Optional.ofNullable(users.get(user))
                        .map(account -> new User(
                                account.tags(),
                                password.filter(ref -> ref.secret().equals(account.password()))
                                        .isPresent())),
                Optional.ofNullable(permissions.get(key(vhost, user))),
                queues.filter(known -> vhosts.containsKey(vhost))));
    }

    @Override
    public void accept(RabbitCommand command) {
        switch (command) {
            case RabbitCommand.CreateVhost(var vhost, var madeFor) -> vhosts.put(vhost, madeFor);
            case RabbitCommand.StartVhost(var vhost, var madeFor) -> running = true;
            case RabbitCommand.PutUser(var user, var madeFor, var password) ->
                users.put(user, account(password.secret(), RabbitCommand.MANAGEMENT_TAG, madeFor));
            case RabbitCommand.SetPermissions(var vhost, var user, var wanted) ->
                permissions.put(key(vhost, user), wanted);
            case RabbitCommand.DeleteVhost(var vhost, var madeFor) -> deleteVhost(vhost);
            case RabbitCommand.DeleteUser(var user, var madeFor) -> users.remove(user);
        }
    }

    void deleteVhost(String vhost) {
        vhosts.remove(vhost);
        permissions.keySet().removeIf(key -> key.startsWith(vhost + " "));
    }

    static Account account(String password, String... tags) {
        var sorted = new TreeSet<String>();
        for (var tag : tags) {
            sorted.add(tag);
        }
        return new Account(sorted, password);
    }

    static String key(String vhost, String user) {
        return vhost + " " + user;
    }
}
