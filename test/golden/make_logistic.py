"""Writes data/logistic.json: small logistic regressions fitted by scikit-learn, for test/golden/logistic.test.ts.

Not needed to run the tests. To make the file anew (numpy and scikit-learn installed):
    python3 test/golden/make_logistic.py
"""

import json
import pathlib

import numpy as np
import sklearn
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler


def case(name, n, d, classes, l2, separation, seed):
    """One data set, its fit and the class probabilities of rows that the fit did not see."""
    rng = np.random.default_rng(seed)
    centres = separation * rng.standard_normal((classes, d))
    y = np.arange(n + 10) % classes
    # Columns of very different size, one of them constant: standardising must take care of both.
    X = (centres[y] + rng.standard_normal((n + 10, d))) * np.logspace(-2, 2, d) + rng.standard_normal(d)
    X[:, 1] = 3.0
    X = X.astype(np.float32).astype(np.float64)
    train, test = X[:n], X[n:]
    scaler = StandardScaler().fit(train)
    # scikit-learn's binary fit has one weight vector w; two softmax rows +w/2 and -w/2 carry half its squared norm.
    C = 1 / l2 if classes > 2 else 2 / l2
    model = LogisticRegression(C=C, tol=1e-10, max_iter=100_000).fit(scaler.transform(train), y[:n])
    weights = model.coef_ if classes > 2 else np.concatenate([-model.coef_ / 2, model.coef_ / 2])
    return {
        "name": name,
        "classes": classes,
        "l2": l2,
        "X": train.tolist(),
        "y": y[:n].tolist(),
        "weights": weights.tolist(),
        "testX": test.tolist(),
        "probabilities": model.predict_proba(scaler.transform(test)).tolist(),
    }


cases = [
    case("more rows than features", 45, 8, 3, 1.0, 0.7, 1),
    case("more features than rows", 24, 40, 4, 1.0, 0.5, 2),
    case("two classes, separable, weak penalty", 20, 30, 2, 0.01, 2.0, 3),
    case("many rows (no Gram matrix)", 60, 12, 3, 5.0, 0.4, 4),
]
document = {"made_with": f"scikit-learn {sklearn.__version__}, numpy {np.__version__}", "cases": cases}
path = pathlib.Path(__file__).parent / "data" / "logistic.json"
path.write_text(json.dumps(document) + "\n")
print(path, path.stat().st_size, "bytes")
