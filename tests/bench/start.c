/** A program that is only started: it is linked with the libraries of tmpaudit and uses none. */

int main(void) {
	return 0;
}
