import Compute
import Files
import Foundation

/// Puts what went wrong with a worker into a sentence: what, the last that it printed, and what to do.
struct PythonExplanation {
  let definition: PythonDefinition
  let settings: PythonWorkers.Settings

  /// - Parameters:
  ///   - lines: the last lines that the process printed.
  ///   - task: what it was asked for: "a step".
  func error(_ trouble: PythonTrouble, lines: [String], during task: String) -> InputError {
    let printed = lines.isEmpty ? "" : "; it last printed:\n  " + lines.joined(separator: "\n  ")
    switch trouble {
    case .notStarted(let reason):
      return InputError("cannot start Python '\(settings.interpreter.path)': \(reason)", remedy: Self.pythonRemedy)
    case .ended:
      if lines.contains(where: { $0.contains("No such file or directory") && $0.contains("env:") }) {
        return InputError("there is no Python '\(settings.interpreter.path)'", remedy: Self.pythonRemedy)
      }
      if lines.contains(where: { $0.contains("No module named 'numpy'") }) {
        return InputError(
          "'\(settings.interpreter.path)' has no NumPy", remedy: "install it with: \(install("numpy"))")
      }
      return InputError(
        "the Python process of '\(definition.name)' ended during \(task)\(printed)",
        remedy: "the environment crashed or called exit; a run goes on from its last checkpoint when it is fixed")
    case .silent(let seconds):
      return InputError(
        "the Python process of '\(definition.name)' gave no answer to \(task) for \(Int(seconds.rounded(.up))) s\(printed)",
        remedy: "it hangs, or the time allowed for a step is too short for it")
    case .confused(let what):
      return InputError("the Python process of '\(definition.name)' gives no sense: \(what)\(printed)")
    case .refused(let bytes):
      guard let report = try? JSON.decode(PythonReport.self, from: bytes) else {
        return InputError("the Python process of '\(definition.name)' refuses \(task)\(printed)")
      }
      return error(report, printed: printed, during: task)
    }
  }

  private static let pythonRemedy =
    "install one (apt-get install python3 python3-venv), or run ./pactolus setup gymnasium, or name yours"

  /// The line that installs a Python package for this interpreter.
  func install(_ packages: String) -> String { "\(settings.interpreter.path) -m pip install \(packages)" }

  private func error(_ report: PythonReport, printed: String, during task: String) -> InputError {
    let name = definition.name
    let place = report.place ?? ""
    switch report.kind {
    case "missing":
      let verb = report.module == "ale-py" ? "atari" : "gymnasium"
      return InputError(
        "'\(settings.interpreter.path)' has no \(report.module ?? "gymnasium") (\(report.message ?? ""))",
        remedy: "run: ./pactolus setup \(verb)   (or: \(install(verb == "atari" ? "gymnasium ale-py" : "gymnasium")))")
    case "dependency":
      return InputError(
        "'\(name)' needs a package that is not installed: \(report.message ?? "")",
        remedy: "install it with \(install("NAME")), or \(install("\"gymnasium[all]\"")) for all that Gymnasium knows")
    case "unknown":
      let prefix = definition.kind == "ale" ? "ale/" : "gym/"
      return .unknown("environment", prefix + name, among: (report.known ?? []).map { prefix + $0 })
    case "module":
      return InputError(
        "cannot import '\(report.module ?? "")': \(report.message ?? "")",
        remedy: report.missing == report.module
          ? "start in the folder that holds it, or put that folder into PYTHONPATH"
          : "what it imports must be installed for \(settings.interpreter.path)")
    case "function":
      return .unknown(
        "function", definition.function ?? "", among: report.known ?? [], at: "python:\(report.module ?? "")")
    case "interface":
      return InputError(
        "what '\(name)' makes is a \(report.got?.text ?? "") without '\(report.needed ?? "")'",
        remedy: "return an environment with Gymnasium's reset, step, observation_space and action_space")
    case "space":
      return InputError(
        "the \(place) space of '\(name)' is a \(report.space ?? ""), which is not supported",
        remedy: "Box, Discrete, MultiDiscrete, MultiBinary, and Dict or Tuple of these are")
    case "many":
      return InputError(
        "the \(place) space of '\(name)' has \(report.count ?? 0) possibilities, more than \(report.most ?? 0)",
        remedy: "use a Box, or fewer possibilities")
    case "shape":
      return InputError(
        "'\(name)' returned '\(place)' of shape \(report.got?.text ?? "") where its space has \(report.wanted?.text ?? "")"
      )
    case "outside":
      return InputError(
        "'\(name)' returned \(report.value ?? "") as '\(place)', outside \(report.low ?? 0) ... \(report.high ?? 0)")
    case "reset":
      return InputError(
        "reset of '\(name)' returned no pair", remedy: "Gymnasium's reset returns (observation, info)")
    case "step":
      return InputError(
        "step of '\(name)' returned \(report.count ?? 0) values",
        remedy: "Gymnasium's step returns (observation, reward, terminated, truncated, info)")
    case "render":
      return InputError("'\(name)' renders no picture of bytes")
    default:
      return InputError("'\(name)' raised an error during \(task): \(report.message ?? report.kind)\(printed)")
    }
  }
}

/// What a worker's `Refusal` says.
private struct PythonReport: Decodable {
  var kind: String
  var module: String?
  var message: String?
  var missing: String?
  var known: [String]?
  var needed: String?
  var place: String?
  var space: String?
  var value: String?
  var count: Int?
  var most: Int?
  var low: Int?
  var high: Int?
  var got: JSONValue?
  var wanted: JSONValue?
}

extension JSONValue {
  /// As a sentence shows it.
  fileprivate var text: String {
    switch self {
    case .string(let text): text
    case .array(let values): "(" + values.map(\.text).joined(separator: ", ") + ")"
    case .number(let number): number == number.rounded() ? String(Int(number)) : String(number)
    default: ""
    }
  }
}
