<?cs # A message as HTML.

HOW A MESSAGE IS WRITTEN
A kind is a file message/<kind>.cs, named in the one call that sends it (tell() in src/app/tell.h). It has no words of its own,
but for what an operator puts there: they are in lang/<locale>/message.hdf as t.message.<kind>.…. It calls, in this order:

    subject(text)          of a mail
    short(text)            all that an SMS says
    hello(name)            the greeting
    say(text)              a paragraph
    lines(text)            what somebody wrote, line by line
    event(e)               what, where and when: title, venue, city, starts_at, time_zone, by the event's clocks, which are named
    fact(name, value)      one line of what there is to know
    link(text, address)    where to go; the address is whole
    fine(text)             in small print

Each form, these files, shows of it what it can. Values: data.… (what happened), name (the site), url (its address), locale, dir,
organizer.name, unsubscribe. Everything is escaped; never uvar, lvar, evar, alt. ?><?cs
def:begin() ?><!doctype html>
<html lang="<?cs var:locale ?>" dir="<?cs var:dir ?>"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark"></head>
<body style="margin:0;padding:24px;font:16px/1.5 system-ui,sans-serif"><div style="max-width:560px;margin:0 auto">
<p style="font-weight:700"><?cs var:name ?></p>
<?cs /def ?><?cs
def:end() ?><hr style="border:0;border-top:1px solid #999;margin:24px 0">
<p style="font-size:13px"><?cs if:?organizer.name && organizer.name != "" ?><?cs var:fill(t.message.organizer, organizer.name) ?> <?cs /if ?><?cs
if:?unsubscribe ?><a href="<?cs var:unsubscribe ?>"><?cs var:t.message.unsubscribe ?></a><?cs /if ?></p>
</div></body></html>
<?cs /def ?><?cs
def:subject(text) ?><?cs /def ?><?cs
def:short(text) ?><?cs /def ?><?cs
def:hello(who) ?><p><?cs if:?who && who != "" ?><?cs var:fill(t.message.hello, who) ?><?cs else ?><?cs var:t.message.hello_nobody ?><?cs /if ?></p>
<?cs /def ?><?cs
def:say(text) ?><p><?cs var:text ?></p>
<?cs /def ?><?cs
def:lines(text) ?><p style="white-space:pre-line"><?cs var:text ?></p>
<?cs /def ?><?cs
def:event(e) ?><p style="border-inline-start:4px solid #8a1c4a;padding-inline-start:12px"><strong><bdi><?cs var:e.title ?></bdi></strong><br><?cs
if:?e.venue ?><bdi><?cs var:e.venue ?><?cs if:?e.city && e.city != "" ?>, <?cs var:e.city ?><?cs /if ?></bdi><br><?cs /if ?><?cs
var:moment(e.starts_at, e.time_zone) ?> (<bdi><?cs var:e.time_zone ?></bdi>)</p>
<?cs /def ?><?cs
def:fact(label, value) ?><p style="margin:4px 0"><?cs var:label ?>: <strong><bdi><?cs var:value ?></bdi></strong></p>
<?cs /def ?><?cs
def:link(text, address) ?><p style="margin:24px 0"><a href="<?cs var:address ?>" style="background:#8a1c4a;color:#fff;padding:10px 18px;border-radius:6px;text-decoration:none;display:inline-block"><?cs var:text ?></a></p>
<?cs /def ?><?cs
def:fine(text) ?><p style="font-size:13px"><?cs var:text ?></p>
<?cs /def ?>
