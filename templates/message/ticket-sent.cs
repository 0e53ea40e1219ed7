<?cs # Its reader's ticket is another's now. Data: name, to, event, ticket{id, category}, by_staff. ?>
<?cs call:subject(fill(t.message.ticket_sent.subject, data.event.title)) ?>
<?cs call:short(fill2(t.message.ticket_sent.short, data.event.title, data.to)) ?>
<?cs call:hello(data.name) ?>
<?cs call:say(fill2(t.message.ticket_sent.say, data.event.title, data.to)) ?>
<?cs call:event(data.event) ?>
<?cs call:fact(t.field.category, data.ticket.category) ?>
<?cs call:say(t.message.ticket_sent.dead) ?>
<?cs call:fine(t.message.not_you) ?>
