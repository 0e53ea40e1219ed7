<?cs # An event takes place at another time or another place. Data: name, event (as it is now), was (the same as it was). ?>
<?cs call:subject(fill(t.message.event_moved.subject, data.event.title)) ?>
<?cs set:m.when = moment(data.event.starts_at, data.event.time_zone) + " (" + data.event.time_zone + ")" ?>
<?cs set:m.where = data.event.venue ?><?cs if:?data.event.city && data.event.city != "" ?><?cs set:m.where = m.where + ", " + data.event.city ?><?cs /if ?>
<?cs set:m.what = fill(t.message.event_moved.short, data.event.title) ?><?cs set:m.now = fill2(t.message.event_moved.short_now, m.when, m.where) ?>
<?cs set:m.short = m.what + " " + m.now ?><?cs call:short(m.short) ?>
<?cs call:hello(data.name) ?>
<?cs call:say(fill(t.message.event_moved.say, data.event.title)) ?>
<?cs call:event(data.event) ?>
<?cs call:say(t.message.event_moved.was) ?>
<?cs call:event(data.was) ?>
<?cs call:say(t.message.event_moved.stays) ?>
<?cs set:m.tickets = url + "/tickets" ?><?cs call:link(t.message.see_tickets, m.tickets) ?>
