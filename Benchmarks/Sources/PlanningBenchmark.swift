import Agents
import Compute
import Environments

/// Seconds for one solution by value iteration: 1,000 random states × 4 actions, 4 successors each, γ = .99, every value
/// within 10⁻⁶.
func measurePlanning(_ options: Options) throws {
  let mdp = try RandomWorlds.sparse(
    states: try options.count("states", default: 1000), actions: 4, branching: 4, discount: 0.99,
    random: RandomSource(seed: 0).stream("benchmark/world"))
  var solution = try ValueIteration.solve(mdp, tolerance: 1e-6)
  let (solutions, seconds) = try repeated(seconds: options.number("seconds", default: 3)) {
    solution = try ValueIteration.solve(mdp, tolerance: 1e-6)
  }
  let exact = PolicyIteration.solve(mdp).values
  let error = zip(solution.values, exact).reduce(0) { max($0, abs($1.0 - $1.1)) }
  guard error <= 1e-6 else { throw Complaint(text: "a value is off by \(error)") }
  try finish(
    PlanningReport(
      rate: Double(solutions) / seconds.cpu, milliseconds: 1e3 * seconds.cpu / Double(solutions),
      sweeps: solution.sweeps, error: error, wall: seconds.wall, cpu: seconds.cpu))
}

/// Seconds for one exact solution of 10,000 states × 4 actions, 5 successors each, γ = .99: policy iteration that begins
/// with cheap sweeps. The error is what one more sweep would change.
func measureLargePlanning(_ options: Options) throws {
  let mdp = try RandomWorlds.sparse(
    states: try options.count("states", default: 10_000), actions: 4, branching: 5, discount: 0.99,
    random: RandomSource(seed: 0).stream("benchmark/world"))
  var solution = PolicyIteration.solve(mdp)
  let span = try options.number("seconds", default: 3)
  let (solutions, seconds) = repeated(seconds: span) {
    solution = PolicyIteration.solve(mdp)
  }
  guard solution.residual <= 1e-9 else { throw Complaint(text: "a sweep changes a value by \(solution.residual)") }
  try finish(
    PlanningReport(
      rate: Double(solutions) / seconds.cpu, milliseconds: 1e3 * seconds.cpu / Double(solutions),
      sweeps: solution.sweeps, error: solution.residual, wall: seconds.wall, cpu: seconds.cpu))
}

struct PlanningReport: Encodable {
  var rate: Double
  var milliseconds: Double
  var sweeps: Int
  var error: Double
  var wall: Double
  var cpu: Double
}
