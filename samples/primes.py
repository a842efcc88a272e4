def is_prime(n):
    if n < 2:
        return False
    for divisor in range(2, int(n**0.5) + 1):
        if n % divisor == 0:
            return False
    return True


def prime_factors(n):
    """Return the prime factors of n, the smallest first."""


if __name__ == "__main__":
    print([n for n in range(50) if is_prime(n)])
