<?cs # An organizer writes to who has a ticket. Data: name, subject, body, event{title}. ?>
<?cs call:subject(data.subject) ?>
<?cs set:m.short = data.event.title + ": " + data.body ?><?cs call:short(m.short) ?>
<?cs call:hello(data.name) ?>
<?cs call:lines(data.body) ?>
<?cs if:?organizer.name ?><?cs call:fine(fill2(t.message.guest_from, organizer.name, data.event.title)) ?><?cs /if ?>
