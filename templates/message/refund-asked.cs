<?cs # A ticket's refund was asked. Data: name, amount, currency, percent, reason, note (of staff, or absent), event, ticket{id, category}, order{reference}. ?>
<?cs call:subject(fill(t.message.refund_asked.subject, data.event.title)) ?>
<?cs call:short(fill2(t.message.refund_asked.short, data.event.title, money(data.amount, data.currency))) ?>
<?cs call:hello(data.name) ?>
<?cs call:say(fill2(t.message.refund_asked.say, data.event.title, money(data.amount, data.currency))) ?>
<?cs call:event(data.event) ?>
<?cs call:fact(t.field.reference, data.order.reference) ?>
<?cs call:fact(t.field.category, data.ticket.category) ?>
<?cs if:?data.note && data.note != "" ?><?cs call:say(data.note) ?><?cs /if ?>
