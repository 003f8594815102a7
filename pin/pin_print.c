#include "pin.h"
int pin_print(struct pin *pin) { (void)pin; return 0; }
