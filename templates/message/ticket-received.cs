<?cs # Somebody passed a ticket on to its reader. Data: name, from, event, ticket{id, category}, message (of a gift, or absent),
turning (does its code). ?>
<?cs call:subject(fill(t.message.ticket_received.subject, data.event.title)) ?>
<?cs set:m.ticket = url + "/tickets/" + data.ticket.id ?>
<?cs call:short(fill2(t.message.ticket_received.short, data.event.title, m.ticket)) ?>
<?cs call:hello(data.name) ?>
<?cs call:say(fill2(t.message.ticket_received.say, data.from, data.event.title)) ?>
<?cs call:event(data.event) ?>
<?cs call:fact(t.field.category, data.ticket.category) ?>
<?cs if:?data.message && data.message != "" ?><?cs call:say(fill2(t.message.wrote, data.from, data.message)) ?><?cs /if ?>
<?cs call:link(t.message.see_ticket, m.ticket) ?>
<?cs if:data.turning ?><?cs call:say(t.message.turning) ?><?cs /if ?>
