<?cs # A ticket may be changed for one of another category, which is to be paid. Data: name, amount, currency, expires_at, category, note (of staff, or absent), event, ticket{id, category}, order{id}. ?>
<?cs call:subject(fill(t.message.exchange_offered.subject, data.event.title)) ?>
<?cs set:m.order = url + "/orders/" + data.order.id ?>
<?cs call:short(fill2(t.message.exchange_offered.short, data.event.title, m.order)) ?>
<?cs call:hello(data.name) ?>
<?cs call:say(fill2(t.message.exchange_offered.say, data.ticket.category, data.category)) ?>
<?cs call:event(data.event) ?>
<?cs call:fact(t.field.price, money(data.amount, data.currency)) ?>
<?cs call:link(t.message.see_order, m.order) ?>
<?cs call:say(t.message.exchange_offered.then) ?>
<?cs if:?data.note && data.note != "" ?><?cs call:say(data.note) ?><?cs /if ?>
