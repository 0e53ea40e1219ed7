#ifndef BASE_COUNTRY_H
#define BASE_COUNTRY_H
/* Countries, by the two letters that ISO 3166-1 gives them. What they are called is in the catalogue: templates/lang. */
#include <stdbool.h>

/* Is it the code of a country, in capitals ("DE")? NULL is none. */
bool country_known(const char *code);

#endif
