<?cs # Somebody wants to give its reader a ticket. Data: name (or absent: of who has no account), from, event, ticket{category},
until, message (or absent), known (has the reader an account). ?>
<?cs call:subject(fill(t.message.ticket_offered.subject, data.event.title)) ?>
<?cs if:data.known ?><?cs set:m.at = url + "/tickets/offers" ?><?cs else ?><?cs set:m.at = url + "/register?next=/tickets" ?><?cs /if ?>
<?cs if:data.known ?><?cs call:short(fill2(t.message.ticket_offered.short, data.event.title, m.at)) ?><?cs else
?><?cs call:short(fill2(t.message.ticket_offered.short_register, data.event.title, m.at)) ?><?cs /if ?>
<?cs call:hello(data.name) ?>
<?cs call:say(fill2(t.message.ticket_offered.say, data.from, data.event.title)) ?>
<?cs call:event(data.event) ?>
<?cs call:fact(t.field.category, data.ticket.category) ?>
<?cs if:?data.message && data.message != "" ?><?cs call:say(fill2(t.message.wrote, data.from, data.message)) ?><?cs /if ?>
<?cs call:link(t.message.ticket_offered.link, m.at) ?>
<?cs set:m.until = moment(data.until, data.event.time_zone) ?><?cs call:fine(fill(t.message.ticket_offered.until, m.until)) ?>
