<?cs # An order is paid. Data: name, order{id, reference}, amount, currency, event, turning (do its codes). ?>
<?cs call:subject(fill(t.message.order_paid.subject, data.event.title)) ?>
<?cs set:m.orders = url + "/orders/" + data.order.id ?>
<?cs call:short(fill2(t.message.order_paid.short, data.order.reference, m.orders)) ?>
<?cs call:hello(data.name) ?>
<?cs call:say(fill2(t.message.order_paid.say, data.order.reference, money(data.amount, data.currency))) ?>
<?cs call:event(data.event) ?>
<?cs call:link(t.message.order_paid.link, m.orders) ?>
<?cs if:data.turning ?><?cs call:say(t.message.turning) ?><?cs else ?><?cs call:say(t.message.order_paid.gate) ?><?cs /if ?>
