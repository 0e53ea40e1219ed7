<?cs # The money of an order is on its way back. Data: name, order{id, reference}, amount, currency, event. ?>
<?cs call:subject(fill(t.message.order_refunded.subject, data.order.reference)) ?>
<?cs set:m.orders = url + "/orders/" + data.order.id ?>
<?cs call:short(fill2(t.message.order_refunded.short, data.order.reference, money(data.amount, data.currency))) ?>
<?cs call:hello(data.name) ?>
<?cs call:say(fill2(t.message.order_refunded.say, data.order.reference, money(data.amount, data.currency))) ?>
<?cs call:event(data.event) ?>
<?cs call:say(t.message.order_refunded.days) ?>
<?cs call:link(t.message.see_order, m.orders) ?>
