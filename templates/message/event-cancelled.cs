<?cs # An event does not take place. Data: name, event. ?>
<?cs call:subject(fill(t.message.event_cancelled.subject, data.event.title)) ?>
<?cs call:short(fill(t.message.event_cancelled.short, data.event.title)) ?>
<?cs call:hello(data.name) ?>
<?cs call:say(fill(t.message.event_cancelled.say, data.event.title)) ?>
<?cs call:event(data.event) ?>
<?cs call:say(t.message.event_cancelled.money) ?>
<?cs set:m.tickets = url + "/tickets" ?><?cs call:link(t.message.see_tickets, m.tickets) ?>
