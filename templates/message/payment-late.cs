<?cs # A payment came when there was nothing left to be paid. Data: name, order{id, reference}, amount, currency, event, why. ?>
<?cs call:subject(fill(t.message.payment_late.subject, data.order.reference)) ?>
<?cs set:m.orders = url + "/orders/" + data.order.id ?>
<?cs call:short(fill2(t.message.payment_late.short, data.order.reference, money(data.amount, data.currency))) ?>
<?cs call:hello(data.name) ?>
<?cs call:say(fill(t.message.payment_late.say, data.order.reference)) ?>
<?cs call:event(data.event) ?>
<?cs call:say(fill(t.message.payment_late.back, money(data.amount, data.currency))) ?>
<?cs call:link(t.message.see_order, m.orders) ?>
