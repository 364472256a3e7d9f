/// Sums over an update's minibatches; each minibatch has the same weight, as is usual.
struct MinibatchTotals {
  var minibatches = 0.0
  var steps = 0
  var policyLoss = 0.0
  var valueLoss = 0.0
  var entropy = 0.0
  var approximateKL = 0.0
  var clipped = 0.0
  var gradientNorm = 0.0

  mutating func add(_ sums: PPOLoss.Sums, rows: Int) {
    let share = 1 / Double(rows)
    minibatches += 1
    policyLoss += Double(sums.policyLoss) * share
    valueLoss += Double(sums.valueLoss) * share
    entropy += Double(sums.entropy) * share
    approximateKL += Double(sums.approximateKL) * share
    clipped += Double(sums.clipped) * share
  }

  func report(to statistics: inout PPOStatistics) {
    statistics.policyLoss = policyLoss / minibatches
    statistics.valueLoss = valueLoss / minibatches
    statistics.entropy = entropy / minibatches
    statistics.approximateKL = approximateKL / minibatches
    statistics.clipFraction = clipped / minibatches
    statistics.gradientNorm = steps > 0 ? gradientNorm / Double(steps) : 0
    statistics.gradientSteps = steps
  }
}
