import ArgumentParser

/// What `import` and `export` take as `--as`.
enum FileFormat: String, CaseIterable, ExpressibleByArgument {
  case jsonl, trl, imitation, safetensors, csv, minari, tensorboard

  static let help = ArgumentHelp(
    "jsonl, csv (answers and clips); imitation, safetensors, minari (clips); trl (texts); tensorboard (curves, export alone).",
    valueName: "format")
}
