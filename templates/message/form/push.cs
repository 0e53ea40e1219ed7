<?cs # What a device shows of a message below its subject: the first thing that it says. The head of html.cs says what these are. ?><?cs
def:begin() ?><?cs set:m.told = "" ?><?cs /def ?><?cs
def:end() ?><?cs var:m.told ?><?cs /def ?><?cs
def:subject(text) ?><?cs /def ?><?cs
def:short(text) ?><?cs /def ?><?cs
def:hello(who) ?><?cs /def ?><?cs
def:say(text) ?><?cs if:m.told == "" ?><?cs set:m.told = text ?><?cs /if ?><?cs /def ?><?cs
def:lines(text) ?><?cs if:m.told == "" ?><?cs set:m.told = text ?><?cs /if ?><?cs /def ?><?cs
def:event(e) ?><?cs /def ?><?cs
def:fact(label, value) ?><?cs /def ?><?cs
def:link(text, address) ?><?cs /def ?><?cs
def:fine(text) ?><?cs /def ?>
