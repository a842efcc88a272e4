#include <algorithm>
#include <iostream>
#include <vector>

double mean(const std::vector<double>& values) {
  double sum = 0;
  for (double value : values) sum += value;
  return values.empty() ? 0 : sum / values.size();
}

// Returns the largest of the values, or 0 where there are none.
double largest(const std::vector<double>& values) {
  
}

int main() {
  std::vector<double> temperatures = {18.5, 21.0, 19.2, 24.8, 17.3};
  std::cout << "mean: " << mean(temperatures) << "\n";

  // TODO: print every temperature that is above the mean

  return 0;
}
