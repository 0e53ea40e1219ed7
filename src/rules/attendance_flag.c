/* One table: codes, how much they weigh, what is said of them, and what whose mark it is can do. */
#include "rules/attendance_flag.h"
#include "base/tongue.h"
#include <string.h>

static const struct flag_kind KINDS[] = {
	{ "outside", "medium", SAID("The place that your device told lies outside of the event's."),
	  SAID("Were you there all the same? Say so when you appeal, or let who holds the event mark you by hand. Next time turn your device's location on before you scan.") },
	{ "unusable", "medium", SAID("Your device could not tell its place exactly enough."),
	  SAID("Next time turn exact location on, stand near a window, and wait until the page says that the place is good enough.") },
	{ "accuracy_zero", "low", SAID("Your device said that it knows its place without any error, which none does."),
	  NULL },
	{ "at_the_pin", "low", SAID("Your device told the very spot at which the event's place is marked."), NULL },
	{ "coordinates_identical", "high", SAID("Three or more people told exactly the same place."), NULL },
	{ "impossible_speed", "high", SAID("This place cannot be reached in time from that of your mark before."),
	  NULL },
	{ "device_shared", "high", SAID("Somebody else was marked with the same device."), NULL },
	{ "off_network", "low", SAID("You were not in the campus's network, as nearly everybody else was."), NULL },
	{ "photo_reused", "high", SAID("This photo was sent before, by somebody else or for another event."),
	  SAID("Take a new photo at each event; one out of your pictures is noticed.") },
	{ "photo_interval", "low", SAID("Between your two photos lies very little time, or very much."),
	  SAID("Next time take one photo right after the other.") },
	{ "photo_old", "medium", SAID("By its own data a photo was taken long before it was sent."),
	  SAID("Next time take the photo at the event, and see that your device's clock is right.") },
	{ "photo_elsewhere", "medium", SAID("By its own data a photo was taken somewhere else."),
	  SAID("Next time take the photo at the event. Were you there all the same? Say so when you appeal.") },
	{ "unreadable", "medium", SAID("A photo cannot be read."),
	  SAID("While the mark takes what is missing, send the photo again; next time as JPEG, PNG or WebP.") },
	{ "signature_replay", "high", SAID("This signature is the same as one before, or was not written by hand."),
	  SAID("Next time sign anew with your finger or a pen.") },
	{ "blank_signature", "medium", SAID("There is nothing to be seen of the signature."),
	  SAID("While the mark takes what is missing, sign again, and press so that lines are seen.") },
	{ "late_codes", "low", SAID("Over many events your codes came later than those of others in the same rooms."),
	  NULL },
	{ "token_relay", "high", SAID("Several signs say that the code may have been passed on to you."), NULL },
	{ "typed_code", "info", SAID("The code was typed, not scanned."), NULL },
	{ "unverified_account", "medium", SAID("Your account was not verified by the campus yet."), NULL },
	{ "incomplete", "medium", SAID("Something that the event asks for was never sent."), NULL },
	{ "offline", "medium", SAID("This mark was made without a network and came later."), NULL },
	{ "clock", "low", SAID("Your device's clock was wrong by more than two minutes."), NULL },
	{ "no_consent", "info", SAID("There are no photos and no signature, for you have not agreed to them."),
	  SAID("Agree to the notice, and while the mark takes what is missing, send it.") },
	{ "face_mismatch", "medium", SAID("The face in the photo does not look like the one that is enrolled."),
	  SAID("Next time take the photo of your face from the front and in good light. If it was you, say so when you appeal.") },
};

const struct flag_kind *flag_kind(const char *code)
{
	for (size_t i = 0; i < sizeof KINDS / sizeof *KINDS; i++)
		if (!strcmp(KINDS[i].code, code))
			return &KINDS[i];
	return NULL;
}
