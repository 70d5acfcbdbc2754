// Saving while somebody types; the filling-in pages bring it to life.
export function start() {}
