<?cs # A message as plain text; the head of html.cs says what these are. ?><?cs
def:begin() ?><?cs /def ?><?cs
def:end() ?>
--
<?cs var:name ?>
<?cs if:?organizer.name && organizer.name != "" ?><?cs var:fill(t.message.organizer, organizer.name) ?>
<?cs /if ?><?cs if:?unsubscribe ?><?cs var:t.message.unsubscribe ?>: <?cs var:unsubscribe ?>
<?cs /if ?><?cs /def ?><?cs
def:subject(text) ?><?cs /def ?><?cs
def:short(text) ?><?cs /def ?><?cs
def:hello(who) ?>
<?cs if:?who && who != "" ?><?cs var:fill(t.message.hello, who) ?><?cs else ?><?cs var:t.message.hello_nobody ?><?cs /if ?>

<?cs /def ?><?cs
def:say(text) ?>
<?cs var:text ?>

<?cs /def ?><?cs
def:lines(text) ?>
<?cs var:text ?>

<?cs /def ?><?cs
def:event(e) ?>
<?cs var:e.title ?>
<?cs if:?e.venue ?><?cs var:e.venue ?><?cs if:?e.city && e.city != "" ?>, <?cs var:e.city ?><?cs /if ?>
<?cs /if ?><?cs var:moment(e.starts_at, e.time_zone) ?> (<?cs var:e.time_zone ?>)

<?cs /def ?><?cs
def:fact(label, value) ?>
<?cs var:label ?>: <?cs var:value ?>

<?cs /def ?><?cs
def:link(text, address) ?>
<?cs var:text ?>: <?cs var:address ?>

<?cs /def ?><?cs
def:fine(text) ?>
<?cs var:text ?>

<?cs /def ?>
