<?cs # A ticket is of another category now. Data: name, category, note (of staff, or absent), event, ticket{id, category}: what it was. ?>
<?cs call:subject(fill(t.message.ticket_exchanged.subject, data.event.title)) ?>
<?cs set:m.ticket = url + "/tickets/" + data.ticket.id ?>
<?cs call:short(fill2(t.message.ticket_exchanged.short, data.event.title, m.ticket)) ?>
<?cs call:hello(data.name) ?>
<?cs call:say(fill2(t.message.ticket_exchanged.say, data.ticket.category, data.category)) ?>
<?cs call:event(data.event) ?>
<?cs call:link(t.message.see_ticket, m.ticket) ?>
<?cs if:?data.note && data.note != "" ?><?cs call:say(data.note) ?><?cs /if ?>
