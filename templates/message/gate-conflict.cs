<?cs # At an event's gate somebody was let in who perhaps should not have been. Data: name, event{id, title, …}. ?>
<?cs call:subject(fill(t.message.gate_conflict.subject, data.event.title)) ?>
<?cs call:short(fill(t.message.gate_conflict.short, data.event.title)) ?>
<?cs set:m.conflicts = url + "/organizer/conflicts?status=open&event_id=" + data.event.id ?>
<?cs call:hello(data.name) ?>
<?cs call:say(t.message.gate_conflict.say) ?>
<?cs call:event(data.event) ?>
<?cs call:link(t.message.gate_conflict.link, m.conflicts) ?>
