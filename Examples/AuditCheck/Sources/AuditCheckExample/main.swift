import Foundation
import Pactolus

// An audit with a check of one's own among the standard ones: `swift run AuditCheckExample pairs.jsonl`.
let path = CommandLine.arguments.dropFirst().first ?? "pairs.jsonl"
var input = AuditInput()
input.preferences = try PreferenceFile.read([URL(fileURLWithPath: path)])
let audit = FilesAudit(input, checks: AuditCheck.standard + [.brevity], random: RandomSource(seed: 1))
print(FindingText(audit.findings, headline: FilesAudit.headline).summary)
if let own = audit[.brevity] { print("\nbrevity: \(own.verdict.word)") }
