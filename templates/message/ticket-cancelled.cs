<?cs # A ticket was cancelled without money back. Data: name, amount, currency, note (of staff, or absent), event, ticket{id, category}, order{reference}. ?>
<?cs call:subject(fill(t.message.ticket_cancelled.subject, data.event.title)) ?>
<?cs call:short(fill(t.message.ticket_cancelled.short, data.event.title)) ?>
<?cs call:hello(data.name) ?>
<?cs call:say(fill(t.message.ticket_cancelled.say, data.event.title)) ?>
<?cs call:event(data.event) ?>
<?cs call:fact(t.field.reference, data.order.reference) ?>
<?cs call:fact(t.field.category, data.ticket.category) ?>
<?cs if:?data.note && data.note != "" ?><?cs call:say(data.note) ?><?cs /if ?>
