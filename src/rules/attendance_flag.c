/* One table: codes, how much they weigh, and what is said of them. */
#include "rules/attendance_flag.h"
#include "base/tongue.h"
#include <string.h>

static const struct flag_kind KINDS[] = {
	{ "outside", "medium", SAID("The place that your device told lies outside of the event's."), true },
	{ "unusable", "medium", SAID("Your device could not tell its place exactly enough."), true },
	{ "accuracy_zero", "low", SAID("Your device said that it knows its place without any error, which none does."),
	  false },
	{ "at_the_pin", "low", SAID("Your device told the very spot at which the event's place is marked."), false },
	{ "coordinates_identical", "high", SAID("Three or more people told exactly the same place."), false },
	{ "impossible_speed", "high", SAID("This place cannot be reached in time from that of your mark before."),
	  false },
	{ "device_shared", "high", SAID("Somebody else was marked with the same device."), false },
	{ "off_network", "low", SAID("You were not in the campus's network, as nearly everybody else was."), false },
	{ "photo_reused", "high", SAID("This photo was sent before, by somebody else or for another event."), true },
	{ "photo_interval", "low", SAID("Between your two photos lies very little time, or very much."), true },
	{ "photo_old", "medium", SAID("By its own data a photo was taken long before it was sent."), true },
	{ "photo_elsewhere", "medium", SAID("By its own data a photo was taken somewhere else."), true },
	{ "unreadable", "medium", SAID("A photo cannot be read."), true },
	{ "signature_replay", "high", SAID("This signature is the same as one before, or was not written by hand."),
	  true },
	{ "blank_signature", "medium", SAID("There is nothing to be seen of the signature."), true },
	{ "late_codes", "low", SAID("Over many events your codes came later than those of others in the same rooms."),
	  false },
	{ "token_relay", "high", SAID("Several signs say that the code may have been passed on to you."), false },
	{ "typed_code", "info", SAID("The code was typed, not scanned."), false },
	{ "unverified_account", "medium", SAID("Your account was not verified by the campus yet."), false },
	{ "incomplete", "medium", SAID("Something that the event asks for was never sent."), false },
	{ "offline", "medium", SAID("This mark was made without a network and came later."), false },
	{ "clock", "low", SAID("Your device's clock was wrong by more than two minutes."), false },
	{ "no_consent", "info", SAID("There are no photos and no signature, for you have not agreed to them."), true },
	{ "face_mismatch", "medium", SAID("The face in the photo does not look like the one that is enrolled."), true },
};

const struct flag_kind *flag_kind(const char *code)
{
	for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++)
		if (!strcmp(KINDS[i].code, code))
			return &KINDS[i];
	return NULL;
}
