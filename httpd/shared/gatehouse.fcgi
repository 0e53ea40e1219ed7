#!/bin/sh
# Apache's mod_fcgid starts this with the listening socket as its standard input; `serve` sees that
# and answers it as a single worker, which also does the background jobs that are due.
#
# The program and its configuration lie below one directory that the web does not reach:
#	$HOME/gatehouse/bin/gatehouse    $HOME/gatehouse/gatehouse.ini
# Set GATEHOUSE_HOME here if yours is elsewhere; some hosts start programs without HOME.
home=${GATEHOUSE_HOME:-${HOME:-$(cd ~ && pwd)}/gatehouse}
exec "$home/bin/gatehouse" -c "$home/gatehouse.ini" serve
