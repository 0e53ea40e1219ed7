#ifndef BASE_ROLE_H
#define BASE_ROLE_H
/* The one list of roles with the words that stand for them in the database, in tokens and in the API: ROLE(constant, word)
 * for each, the constants being those of http/request.h. Whatever offers, reads or asks for several takes them from here:
 *
 *     { "role", F_CHOICE, .choices = ROLE_CHOICES }
 *     "… WHERE FIND_IN_SET(r.role, '" STAFF_WORDS "')" */

/* clang-format off */
#define STAFF_ROLES(ROLE) \
	ROLE(SUPERADMIN, "superadmin") ROLE(ADMIN, "admin") ROLE(FINANCE, "finance") ROLE(SUPPORT, "support")
/* of ticketing */
#define ROLES(ROLE) \
	ROLE(CUSTOMER, "customer") ROLE(ORGANIZER, "organizer") ROLE(MERCHANT, "merchant") ROLE(USHER, "usher") STAFF_ROLES(ROLE)
/* of institutions */
#define CAMPUS_ROLES(ROLE) \
	ROLE(STUDENT, "student") ROLE(SUPERVISOR, "supervisor") ROLE(CAMPUS_ORGANIZER, "campus_organizer") ROLE(HR, "hr") \
	ROLE(CAMPUS_ADMIN, "campus_admin")
#define PEOPLE_ROLES(ROLE) \
	ROLE(PEOPLE_USER, "user") ROLE(MODERATOR, "moderator") ROLE(PEOPLE_ADMIN, "people_admin")
/* clang-format on */

/* ",superadmin,admin…": literals, to be put into others */
#define ROLE_AFTER_COMMA(role, word) "," word
#define ROLE_WORDS ROLES(ROLE_AFTER_COMMA)
#define STAFF_WORDS STAFF_ROLES(ROLE_AFTER_COMMA)
#define CAMPUS_WORDS CAMPUS_ROLES(ROLE_AFTER_COMMA)
#define PEOPLE_WORDS PEOPLE_ROLES(ROLE_AFTER_COMMA)
#define INSTITUTION_WORDS CAMPUS_WORDS PEOPLE_WORDS
/* "superadmin,admin…": constants */
#define ROLE_CHOICES ROLE_CHOICES_AND("")
#define ROLE_CHOICES_AND(more) (&(ROLE_WORDS more)[1])
/* of ticketing and institutions */
#define EVERY_ROLE_AND(more) (&(ROLE_WORDS CAMPUS_WORDS PEOPLE_WORDS more)[1])
#define STAFF_CHOICES (&(STAFF_WORDS)[1])

#endif
