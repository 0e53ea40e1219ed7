<?cs # What an organizer asked to change was approved. Data: name, event, address. ?>
<?cs call:subject(fill(t.message.edit_approved.subject, data.event.title)) ?>
<?cs call:short(fill(t.message.edit_approved.short, data.event.title)) ?>
<?cs call:hello(data.name) ?>
<?cs call:say(fill(t.message.edit_approved.say, data.event.title)) ?>
<?cs call:link(t.message.see_request, data.address) ?>
