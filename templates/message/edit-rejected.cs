<?cs # What an organizer asked to change was rejected. Data: name, event, address, note (of staff). ?>
<?cs call:subject(fill(t.message.edit_rejected.subject, data.event.title)) ?>
<?cs call:short(fill(t.message.edit_rejected.short, data.event.title)) ?>
<?cs call:hello(data.name) ?>
<?cs call:say(fill(t.message.edit_rejected.say, data.event.title)) ?>
<?cs if:?data.note && data.note != "" ?><?cs call:say(data.note) ?><?cs /if ?>
<?cs call:link(t.message.see_request, data.address) ?>
