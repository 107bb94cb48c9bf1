/* Numbers that people read, also where the process's locale writes them with a comma. */
#include "core/quantity.h"

#include <criterion/criterion.h>

#include <locale.h>
#include <math.h>
#include <string.h>

#define SAYS(call, wanted) cr_assert(strcmp((call), (wanted)) == 0, "%s gives `%s`, not `%s`", #call, text, (wanted))

static void all(void) {
    char text[NUMBER_SIZE];
    SAYS(print_short(text, 0.123456), "0.1235");
    SAYS(print_short(text, -1.5e-7), "-1.5e-07");
    SAYS(print_short(text, 3e20), "3e+20");
    SAYS(print_short(text, 12), "12");
    SAYS(print_short(text, (double)NAN), "-");
    SAYS(print_count(text, 12345678), "12,345,678");
    SAYS(print_count(text, -1234), "-1,234");
    SAYS(print_count(text, 2.5e18), "2.5e+18");
    SAYS(print_scaled(text, 3.42e6), "3.42 M");
    SAYS(print_scaled(text, 871e3), "871 k");
    SAYS(print_scaled(text, 12.5), "12.5");
    SAYS(print_duration(text, 0.0031), "3.1 ms");
    SAYS(print_duration(text, 0.2), "200 ms");
    SAYS(print_duration(text, 12.34), "12.3 s");
    SAYS(print_duration(text, 245), "4 min 05 s");
    SAYS(print_duration(text, 12000), "3 h 20 min");
    SAYS(print_duration(text, INFINITY), "a long time");
    SAYS(print_bytes(text, 812), "812 bytes");
    SAYS(print_bytes(text, 3.4e6), "3.40 MB");
}

Test(quantity, as_people_read_them) {
    all();
}

/* Whichever of these the system has. */
Test(quantity, the_locale_changes_nothing) {
    static const char *const names[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "fr_FR.utf8", "ru_RU.UTF-8"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (setlocale(LC_ALL, names[i]) != NULL)
            all();
}
