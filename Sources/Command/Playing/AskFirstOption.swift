import ArgumentParser
import Pactolus

/// What `--ask-first` says.
enum AskFirstOption {
  /// Which steps wait; nil without the option.
  static func reasons(_ text: String?) throws -> CautionSettings.AskFirst? {
    guard let text else { return nil }
    guard let reasons = CautionSettings.AskFirst(rawValue: text), reasons != .none else {
      throw ValidationError("--ask-first takes unfamiliar, irreversible or both, not '\(text)'.")
    }
    return reasons
  }
}
