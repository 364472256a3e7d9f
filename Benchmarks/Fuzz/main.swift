import Compute
import Foundation

#if canImport(Glibc)
  import Glibc
#endif

/// `pactolus-fuzz [--inputs N] [--seed S] [--only IMPORTER] [--root FOLDER]`: damaged files through every importer.
///
/// Each importer runs in a process of its own with at most 3 GiB of address space, and each input has ten seconds; a
/// process that dies or hangs is counted with the number of its input and goes on behind it.
/// `--only NAME --input I --save FILE` writes one input instead. Exit code 1 if anything was found.
func option(_ name: String) -> String? {
  guard let index = CommandLine.arguments.firstIndex(of: name), index + 1 < CommandLine.arguments.count else {
    return nil
  }
  return CommandLine.arguments[index + 1]
}

let inputs = Int(option("--inputs") ?? "") ?? 24_000
let seed = UInt64(option("--seed") ?? "") ?? 1
let root = URL(fileURLWithPath: option("--root") ?? ".")

/// What a process says about its work: in a file that outlives it.
struct Tally: BitwiseCopyable {
  var next = 0
  var accepted = 0
  var refused = 0
  var unfaithful = 0
  var firstUnfaithful = -1
  var peakKilobytes = 0
}

func input(_ importer: Importer, _ index: Int) throws -> [UInt8] {
  var random = RandomSource(seed: seed).stream("fuzz/" + importer.name, index)
  let valid = importer.corpus[random.below(importer.corpus.count)]
  let other = importer.corpus[random.below(importer.corpus.count)]
  return try importer.wrap(Mutator(words: importer.words).mutated(valid, beside: other, random: &random))
}

/// Maps the file of a tally into memory.
func tally(at path: String) throws -> UnsafeMutablePointer<Tally> {
  let file = open(path, O_RDWR | O_CREAT, 0o600)
  guard file >= 0, ftruncate(file, off_t(MemoryLayout<Tally>.size)) == 0,
    let memory = mmap(nil, MemoryLayout<Tally>.size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0),
    memory != MAP_FAILED
  else { throw InputError("cannot write", at: path) }
  close(file)
  return memory.assumingMemoryBound(to: Tally.self)
}

func work(_ importer: Importer, _ count: Int, _ path: String) throws {
  var limit = rlimit(rlim_cur: 3 << 30, rlim_max: 3 << 30)
  setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit)
  var noCore = rlimit(rlim_cur: 0, rlim_max: 0)
  setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &noCore)
  let tally = try tally(at: path)
  while tally.pointee.next < count {
    let index = tally.pointee.next
    let bytes = try input(importer, index)
    alarm(10)
    do {
      try importer.read(bytes)
      tally.pointee.accepted += 1
    } catch is Importer.Unfaithful {
      tally.pointee.unfaithful += 1
      if tally.pointee.firstUnfaithful < 0 { tally.pointee.firstUnfaithful = index }
    } catch {
      tally.pointee.refused += 1
    }
    alarm(0)
    tally.pointee.next = index + 1
  }
  var usage = rusage()
  getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
  tally.pointee.peakKilobytes = usage.ru_maxrss
}

/// Written at once, also into a file, so that progress can be watched.
func say(_ line: String) { FileHandle.standardOutput.write(Data((line + "\n").utf8)) }

func padded(_ text: String, _ width: Int) -> String {
  String(repeating: " ", count: max(0, width - text.count)) + text
}

let importers = try Importer.all(root: root).filter { option("--only") == nil || $0.name == option("--only") }
guard let first = importers.first else {
  say("no importer is called \(option("--only") ?? "")")
  exit(64)
}

if let path = option("--save"), let index = Int(option("--input") ?? "") {
  try Data(input(first, index)).write(to: URL(fileURLWithPath: path))
  exit(0)
}
if let path = option("--worker") {
  try work(first, inputs, path)
  exit(0)
}

var found = 0
var total = 0
let share = (inputs + importers.count - 1) / importers.count
say("importer            inputs   accepted    refused  unfaithful  crashes  hangs   inputs/s  peak MiB")
for importer in importers {
  let path = FileManager.default.temporaryDirectory.appendingPathComponent("pactolus-fuzz-\(getpid())").path
  let tally = try tally(at: path)
  tally.pointee = Tally()
  var (crashes, hangs) = (0, 0)
  let start = Date()
  while tally.pointee.next < share, crashes + hangs < 100 {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
    process.arguments = [
      "--worker", path, "--only", importer.name, "--inputs", "\(share)", "--seed", "\(seed)", "--root", root.path,
    ]
    process.standardError = FileHandle.nullDevice
    // A crash is a crash, at once: no handler that first explains it.
    process.environment = ProcessInfo.processInfo.environment.merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }
    try process.run()
    process.waitUntilExit()
    guard process.terminationReason == .uncaughtSignal || process.terminationStatus != 0 else { break }
    let isHang = process.terminationReason == .uncaughtSignal && process.terminationStatus == SIGALRM
    if isHang { hangs += 1 } else { crashes += 1 }
    say("  \(importer.name): input \(tally.pointee.next) \(isHang ? "hangs" : "crashes")")
    tally.pointee.next += 1
  }
  let seconds = Date().timeIntervalSince(start)
  let result = tally.pointee
  if result.firstUnfaithful >= 0 {
    say("  \(importer.name): input \(result.firstUnfaithful) does not read back as it was accepted")
  }
  unlink(path)
  found += crashes + hangs + result.unfaithful
  total += result.next
  let numbers = [
    (result.next, 9), (result.accepted, 11), (result.refused, 11), (result.unfaithful, 12), (crashes, 9), (hangs, 7),
    (Int(Double(result.next) / seconds), 11), (result.peakKilobytes / 1024, 10),
  ]
  let name = importer.name + String(repeating: " ", count: max(0, 17 - importer.name.count))
  say(name + numbers.map { padded(String($0.0), $0.1) }.joined())
}
say("\(total) inputs, seed \(seed), \(found) found")
exit(found == 0 ? 0 : 1)
