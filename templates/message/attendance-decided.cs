<?cs # Somebody decided of a record of attendance. Data: name, event{title, …}, what (verified, rejected, pending, excused, marked), status, reason, record
(its id). ?>
<?cs set:m.said = t.message.attendance[data.what] ?>
<?cs call:subject(fill(t.message.attendance.subject, data.event.title)) ?>
<?cs call:short(fill(m.said, data.event.title)) ?>
<?cs call:hello(data.name) ?>
<?cs call:say(fill(m.said, data.event.title)) ?>
<?cs call:fact(t.message.attendance.reason, data.reason) ?>
<?cs call:event(data.event) ?>
<?cs set:m.record = url + "/campus/attendance/" + data.record ?><?cs call:link(t.message.attendance.see, m.record) ?>
