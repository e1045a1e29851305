<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de" sourcelanguage="en">
<context>
    <name>AppearancePage</name>
    <message>
        <source>Another language is there from the next start on.</source>
        <translation>Eine andere Sprache gilt ab dem nächsten Start.</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>Darstellung</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>Farbschema</translation>
    </message>
    <message>
        <source>as the system</source>
        <translation>wie das System</translation>
    </message>
    <message>
        <source>dark</source>
        <translation>dunkel</translation>
    </message>
    <message>
        <source>light</source>
        <translation>hell</translation>
    </message>
</context>
<context>
    <name>BatchModel</name>
    <message>
        <source>%1, %2 failed</source>
        <translation>%1, %2 fehlgeschlagen</translation>
    </message>
    <message>
        <source>Batch %1, %2</source>
        <translation>Vorgang %1, %2</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>Dateien</translation>
    </message>
    <message>
        <source>Query</source>
        <translation>Suche</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Stand</translation>
    </message>
    <message>
        <source>Undo of batch %1</source>
        <translation>Rücknahme von Vorgang %1</translation>
    </message>
    <message>
        <source>What</source>
        <translation>Was</translation>
    </message>
    <message>
        <source>When</source>
        <translation>Wann</translation>
    </message>
    <message>
        <source>not finished</source>
        <translation>nicht abgeschlossen</translation>
    </message>
    <message>
        <source>nothing written</source>
        <translation>nichts geschrieben</translation>
    </message>
    <message>
        <source>partly undone</source>
        <translation>teilweise zurückgenommen</translation>
    </message>
    <message>
        <source>undone</source>
        <translation>zurückgenommen</translation>
    </message>
    <message>
        <source>written</source>
        <translation>geschrieben</translation>
    </message>
</context>
<context>
    <name>BusyLine</name>
    <message>
        <source>%1: %2 of %3</source>
        <translation>%1: %2 von %3</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Anhalten</translation>
    </message>
</context>
<context>
    <name>Card</name>
    <message>
        <source>Accept (A) →</source>
        <translation>Annehmen (A) →</translation>
    </message>
    <message>
        <source>Is “%1” right for %2?</source>
        <translation>Passt „%1“ zu %2?</translation>
    </message>
    <message>
        <source>Play where the tag is strongest (Space)</source>
        <translation>Dort abspielen, wo das Tag am stärksten ist (Leertaste)</translation>
    </message>
    <message>
        <source>Undo (Z)</source>
        <translation>Zurücknehmen (Z)</translation>
    </message>
    <message>
        <source>strongest at %1</source>
        <translation>am stärksten bei %1</translation>
    </message>
    <message>
        <source>← Reject (R)</source>
        <translation>← Ablehnen (R)</translation>
    </message>
    <message>
        <source>↓ Skip (S)</source>
        <translation>↓ Überspringen (S)</translation>
    </message>
</context>
<context>
    <name>CardView</name>
    <message>
        <source>From</source>
        <translation>Herkunft</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>Lizenz</translation>
    </message>
    <message>
        <source>Measured</source>
        <translation>Gemessen</translation>
    </message>
    <message>
        <source>Model card</source>
        <translation>Modellkarte</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>Tags</translation>
    </message>
</context>
<context>
    <name>Category</name>
    <message>
        <source>Era</source>
        <translation>Epoche</translation>
    </message>
    <message>
        <source>Genre</source>
        <translation>Genre</translation>
    </message>
    <message>
        <source>Given by you</source>
        <translation>Selbst vergeben</translation>
    </message>
    <message>
        <source>Instrument</source>
        <translation>Instrument</translation>
    </message>
    <message>
        <source>Mood</source>
        <translation>Stimmung</translation>
    </message>
    <message>
        <source>Tempo</source>
        <translation>Tempo</translation>
    </message>
    <message>
        <source>Texture</source>
        <translation>Klangbild</translation>
    </message>
    <message>
        <source>Voice</source>
        <translation>Stimme</translation>
    </message>
</context>
<context>
    <name>ChangeModel</name>
    <message>
        <source>%1 (failed: %2)</source>
        <translation>%1 (fehlgeschlagen: %2)</translation>
    </message>
    <message>
        <source>%1 (not finished)</source>
        <translation>%1 (nicht abgeschlossen)</translation>
    </message>
    <message>
        <source>%1 (undone)</source>
        <translation>%1 (zurückgenommen)</translation>
    </message>
    <message>
        <source>After</source>
        <translation>Nachher</translation>
    </message>
    <message>
        <source>Before</source>
        <translation>Vorher</translation>
    </message>
    <message>
        <source>Field</source>
        <translation>Feld</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
</context>
<context>
    <name>Column</name>
    <message>
        <source>Album</source>
        <translation>Album</translation>
    </message>
    <message>
        <source>Artist</source>
        <translation>Interpret</translation>
    </message>
    <message>
        <source>BPM</source>
        <translation>BPM</translation>
    </message>
    <message>
        <source>File genre</source>
        <translation>Genre (Datei)</translation>
    </message>
    <message>
        <source>File mood</source>
        <translation>Stimmung (Datei)</translation>
    </message>
    <message>
        <source>Format</source>
        <translation>Format</translation>
    </message>
    <message>
        <source>Heard</source>
        <translation>Herausgehört</translation>
    </message>
    <message>
        <source>Path</source>
        <translation>Pfad</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Stand</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Dauer</translation>
    </message>
    <message>
        <source>Title</source>
        <translation>Titel</translation>
    </message>
    <message>
        <source>Year</source>
        <translation>Jahr</translation>
    </message>
    <message>
        <source>missing</source>
        <translation>fehlt</translation>
    </message>
    <message>
        <source>pending</source>
        <translation>ausstehend</translation>
    </message>
    <message>
        <source>problem</source>
        <translation>Problem</translation>
    </message>
</context>
<context>
    <name>Cover</name>
    <message>
        <source>Cover</source>
        <translation>Cover</translation>
    </message>
</context>
<context>
    <name>CrashReports</name>
    <message>
        <source>%1

A report was written. It stays on this machine; nothing was sent.</source>
        <translation>%1

Ein Bericht wurde gespeichert. Er bleibt auf diesem Rechner; gesendet wurde nichts.</translation>
    </message>
    <message>
        <source>Earmark met a fault of its own. Your music and your library are not changed by it.</source>
        <translation>In Earmark ist ein Fehler aufgetreten. Ihre Musik und Ihre Bibliothek sind davon nicht betroffen.</translation>
    </message>
    <message>
        <source>Open the folder</source>
        <translation>Ordner öffnen</translation>
    </message>
    <message>
        <source>Something went wrong</source>
        <translation>Etwas ist schiefgegangen</translation>
    </message>
</context>
<context>
    <name>Decider</name>
    <message>
        <source>Accept a tag</source>
        <translation>Tag annehmen</translation>
    </message>
    <message>
        <source>Reject a tag</source>
        <translation>Tag ablehnen</translation>
    </message>
    <message numerus="yes">
        <source>Tag of %n song(s):</source>
        <translation>
            <numerusform>Tag für %n Song:</numerusform>
            <numerusform>Tag für %n Songs:</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>DiffModel</name>
    <message numerus="yes">
        <source>%n file(s) that cannot be written</source>
        <translation>
            <numerusform>%n Datei, die nicht beschrieben werden kann</numerusform>
            <numerusform>%n Dateien, die nicht beschrieben werden können</numerusform>
        </translation>
    </message>
    <message>
        <source>After writing</source>
        <translation>Nach dem Schreiben</translation>
    </message>
    <message>
        <source>File and field</source>
        <translation>Datei und Feld</translation>
    </message>
    <message>
        <source>Now</source>
        <translation>Jetzt</translation>
    </message>
</context>
<context>
    <name>DiffView</name>
    <message>
        <source>Changes</source>
        <translation>Änderungen</translation>
    </message>
    <message>
        <source>No file would change: all of them have these tags already, or no tag reaches its mark.</source>
        <translation>Keine Datei würde sich ändern: Alle haben diese Tags schon, oder kein Tag erreicht seine Schwelle.</translation>
    </message>
</context>
<context>
    <name>EmptyPage</name>
    <message>
        <source>Add a folder…</source>
        <translation>Ordner hinzufügen…</translation>
    </message>
    <message>
        <source>Choose a music folder</source>
        <translation>Musikordner auswählen</translation>
    </message>
    <message>
        <source>Drop a music folder here</source>
        <translation>Musikordner hier ablegen</translation>
    </message>
    <message>
        <source>Earmark listens to the music on this machine and hears genre, mood, instruments and voice. Search by it, correct it, write it into your files.</source>
        <translation>Earmark hört sich die Musik auf diesem Rechner an und erkennt Genre, Stimmung, Instrumente und Stimme. Danach können Sie suchen, es berichtigen und in Ihre Dateien schreiben.</translation>
    </message>
    <message>
        <source>Find your songs by how they sound</source>
        <translation>Finden Sie Ihre Songs nach ihrem Klang</translation>
    </message>
    <message>
        <source>Scanning only reads your files. Nothing leaves this machine.</source>
        <translation>Beim Scannen werden Ihre Dateien nur gelesen. Nichts verlässt diesen Rechner.</translation>
    </message>
    <message>
        <source>Try the demo songs</source>
        <translation>Mit den Demo-Songs ausprobieren</translation>
    </message>
</context>
<context>
    <name>Exporter</name>
    <message>
        <source>%1 is there already. Replace it?</source>
        <translation>%1 gibt es schon. Ersetzen?</translation>
    </message>
    <message numerus="yes">
        <source>Export %n song(s)</source>
        <translation>
            <numerusform>%n Song exportieren</numerusform>
            <numerusform>%n Songs exportieren</numerusform>
        </translation>
    </message>
    <message>
        <source>Playlist (*.m3u8)</source>
        <translation>Playlist (*.m3u8)</translation>
    </message>
    <message>
        <source>Table (*.csv)</source>
        <translation>Tabelle (*.csv)</translation>
    </message>
</context>
<context>
    <name>FileFacts</name>
    <message>
        <source>%1 channels</source>
        <translation>%1 Kanäle</translation>
    </message>
    <message>
        <source>Copy the path</source>
        <translation>Pfad kopieren</translation>
    </message>
    <message>
        <source>Heard %1</source>
        <translation>Angehört: %1</translation>
    </message>
    <message>
        <source>No file manager could be opened</source>
        <translation>Es konnte keine Dateiverwaltung geöffnet werden</translation>
    </message>
    <message>
        <source>Not heard yet</source>
        <translation>Noch nicht angehört</translation>
    </message>
    <message>
        <source>Show in the file manager</source>
        <translation>In der Dateiverwaltung zeigen</translation>
    </message>
    <message>
        <source>Silent from beginning to end</source>
        <translation>Von Anfang bis Ende still</translation>
    </message>
    <message>
        <source>The file is not where it was</source>
        <translation>Die Datei ist nicht mehr an ihrem Ort</translation>
    </message>
    <message>
        <source>mono</source>
        <translation>mono</translation>
    </message>
    <message>
        <source>stereo</source>
        <translation>stereo</translation>
    </message>
</context>
<context>
    <name>Folders</name>
    <message>
        <source>Choose a music folder</source>
        <translation>Musikordner auswählen</translation>
    </message>
    <message>
        <source>Remove a folder</source>
        <translation>Ordner entfernen</translation>
    </message>
    <message>
        <source>Take %1 out of the library?

Scores and decisions of its songs are forgotten. No file changes.</source>
        <translation>%1 aus der Bibliothek nehmen?

Werte und Entscheidungen zu den Songs darin gehen verloren. Keine Datei ändert sich.</translation>
    </message>
</context>
<context>
    <name>FoldersPage</name>
    <message>
        <source>Add a folder…</source>
        <translation>Ordner hinzufügen…</translation>
    </message>
    <message>
        <source>Choose a music folder</source>
        <translation>Musikordner auswählen</translation>
    </message>
    <message>
        <source>Folders</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Keep it</source>
        <translation>Behalten</translation>
    </message>
    <message>
        <source>Look through all of them</source>
        <translation>Alle durchsehen</translation>
    </message>
    <message>
        <source>Music folders</source>
        <translation>Musikordner</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Remove…</source>
        <translation>Entfernen…</translation>
    </message>
    <message>
        <source>Scanning only reads. New and changed songs are heard when they are found.</source>
        <translation>Beim Scannen wird nur gelesen. Neue und geänderte Songs werden angehört, sobald sie gefunden sind.</translation>
    </message>
    <message>
        <source>Take %1 out of the library? Its files stay as they are; scores and decisions are forgotten.</source>
        <translation>%1 aus der Bibliothek nehmen? Die Dateien bleiben, wie sie sind; Werte und Entscheidungen gehen verloren.</translation>
    </message>
    <message>
        <source>Watch the folders, and scan what changes</source>
        <translation>Ordner überwachen und scannen, was sich ändert</translation>
    </message>
    <message>
        <source>every %1 hours</source>
        <translation>alle %1 Stunden</translation>
    </message>
    <message>
        <source>every %1 minutes</source>
        <translation>alle %1 Minuten</translation>
    </message>
    <message>
        <source>every hour</source>
        <translation>jede Stunde</translation>
    </message>
    <message>
        <source>not scanned in full yet</source>
        <translation>noch nicht vollständig gescannt</translation>
    </message>
    <message>
        <source>not there at the last scan; its songs are kept</source>
        <translation>beim letzten Scan nicht da; die Songs bleiben erhalten</translation>
    </message>
    <message>
        <source>only when I ask for it</source>
        <translation>nur auf Anforderung</translation>
    </message>
    <message>
        <source>scanned %1</source>
        <translation>gescannt: %1</translation>
    </message>
</context>
<context>
    <name>Header</name>
    <message>
        <source>Play this song</source>
        <translation>Diesen Song abspielen</translation>
    </message>
</context>
<context>
    <name>Help</name>
    <message>
        <source>About Earmark</source>
        <translation>Über Earmark</translation>
    </message>
    <message>
        <source>Finds songs by how they sound and writes their tags. Nothing leaves this machine. MIT licence.</source>
        <translation>Findet Songs nach ihrem Klang und schreibt ihre Tags. Nichts verlässt diesen Rechner. MIT-Lizenz.</translation>
    </message>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>Tastenkürzel</translation>
    </message>
    <message>
        <source>Model card</source>
        <translation>Modellkarte</translation>
    </message>
    <message>
        <source>No model is in use yet.</source>
        <translation>Es ist noch kein Modell in Gebrauch.</translation>
    </message>
    <message>
        <source>Query language</source>
        <translation>Suchsprache</translation>
    </message>
    <message>
        <source>a field without a value</source>
        <translation>ein Feld ohne Wert</translation>
    </message>
    <message>
        <source>a range; also bpm, rating, duration:3:00..4:30</source>
        <translation>ein Bereich; auch bpm, rating, duration:3:00..4:30</translation>
    </message>
    <message>
        <source>a score; quotes around a name with a space</source>
        <translation>ein Wert; Anführungszeichen um Namen mit Leerzeichen</translation>
    </message>
    <message>
        <source>a word that begins so</source>
        <translation>ein Wort, das so beginnt</translation>
    </message>
    <message>
        <source>added in the last 7 days; also w, m, y, or 2024-05</source>
        <translation>in den letzten 7 Tagen hinzugefügt; auch w, m, y oder 2024-05</translation>
    </message>
    <message>
        <source>also analysed missing written problem silent accepted rejected</source>
        <translation>auch analysed missing written problem silent accepted rejected</translation>
    </message>
    <message>
        <source>both, in the text or heard as a tag</source>
        <translation>beides, im Text oder als Tag herausgehört</translation>
    </message>
    <message>
        <source>by a score or a field; - for the highest first</source>
        <translation>nach einem Wert oder Feld; mit - das Höchste zuerst</translation>
    </message>
    <message>
        <source>earlier and later searches, in the search field</source>
        <translation>frühere und spätere Suchen, im Suchfeld</translation>
    </message>
    <message>
        <source>either of two, and a third</source>
        <translation>eines von zweien, und ein drittes</translation>
    </message>
    <message>
        <source>empty the search field</source>
        <translation>das Suchfeld leeren</translation>
    </message>
    <message>
        <source>heard as a tag, whatever the text says</source>
        <translation>als Tag herausgehört, was auch immer im Text steht</translation>
    </message>
    <message>
        <source>heard, and without this</source>
        <translation>herausgehört, und ohne dieses</translation>
    </message>
    <message>
        <source>in exactly this folder or below it</source>
        <translation>genau in diesem Ordner oder darunter</translation>
    </message>
    <message>
        <source>play the song that the table is on</source>
        <translation>den Song abspielen, auf dem die Tabelle steht</translation>
    </message>
    <message>
        <source>rename, remove a saved search, in the side bar</source>
        <translation>eine gespeicherte Suche umbenennen, entfernen, in der Seitenleiste</translation>
    </message>
    <message>
        <source>sounds like this song, nearest first</source>
        <translation>klingt wie dieser Song, die ähnlichsten zuerst</translation>
    </message>
    <message>
        <source>text in a field: title artist album genre path format</source>
        <translation>Text in einem Feld: title artist album genre path format</translation>
    </message>
    <message>
        <source>want, exclude or leave open the tag that the panel is on</source>
        <translation>das Tag, auf dem die Tag-Leiste steht, verlangen, ausschließen oder offen lassen</translation>
    </message>
    <message>
        <source>want, exclude, leave open, in the panel of tags</source>
        <translation>verlangen, ausschließen, offen lassen, in der Tag-Leiste</translation>
    </message>
</context>
<context>
    <name>HistoryPage</name>
    <message>
        <source>Back to the songs</source>
        <translation>Zurück zu den Songs</translation>
    </message>
    <message>
        <source>Batches</source>
        <translation>Vorgänge</translation>
    </message>
    <message>
        <source>Changes of the batch</source>
        <translation>Änderungen des Vorgangs</translation>
    </message>
    <message>
        <source>History of writing</source>
        <translation>Schreibverlauf</translation>
    </message>
    <message>
        <source>Nothing was written yet.</source>
        <translation>Es wurde noch nichts geschrieben.</translation>
    </message>
    <message numerus="yes">
        <source>Take back “%1” in %n file(s)?</source>
        <translation>
            <numerusform>„%1“ in %n Datei zurücknehmen?</numerusform>
            <numerusform>„%1“ in %n Dateien zurücknehmen?</numerusform>
        </translation>
    </message>
    <message>
        <source>Taking back</source>
        <translation>Zurücknehmen</translation>
    </message>
    <message>
        <source>Undo this batch…</source>
        <translation>Diesen Vorgang zurücknehmen…</translation>
    </message>
    <message>
        <source>Write it again…</source>
        <translation>Erneut schreiben…</translation>
    </message>
    <message>
        <source>taken back by batch %1</source>
        <translation>zurückgenommen durch Vorgang %1</translation>
    </message>
</context>
<context>
    <name>LibraryPage</name>
    <message numerus="yes">
        <source>%n song(s)</source>
        <translation>
            <numerusform>%n Song</numerusform>
            <numerusform>%n Songs</numerusform>
        </translation>
    </message>
    <message>
        <source>Did you mean: {query}</source>
        <translation>Meinten Sie: {query}</translation>
    </message>
    <message>
        <source>No song fits this search</source>
        <translation>Kein Song passt zu dieser Suche</translation>
    </message>
    <message>
        <source>Show all songs</source>
        <translation>Alle Songs zeigen</translation>
    </message>
    <message>
        <source>Songs found</source>
        <translation>Gefundene Songs</translation>
    </message>
    <message>
        <source>There are no songs here yet</source>
        <translation>Hier sind noch keine Songs</translation>
    </message>
</context>
<context>
    <name>ListeningPage</name>
    <message>
        <source>%1 times as fast as the music plays</source>
        <translation>%1-mal so schnell, wie die Musik spielt</translation>
    </message>
    <message>
        <source>%1 times as fast as the music plays, on each core</source>
        <translation>%1-mal so schnell, wie die Musik spielt, auf jedem Kern</translation>
    </message>
    <message>
        <source>A lower precision is chosen only where every score stays within 0.01 of the full one.</source>
        <translation>Eine geringere Genauigkeit wird nur gewählt, wenn jeder Wert höchstens 0,01 vom genauen abweicht.</translation>
    </message>
    <message>
        <source>Apple GPU (MPS)</source>
        <translation>Apple-GPU (MPS)</translation>
    </message>
    <message>
        <source>Choices count from the next scan on. Songs keep their scores.</source>
        <translation>Die Auswahl gilt ab dem nächsten Scan. Songs behalten ihre Werte.</translation>
    </message>
    <message>
        <source>Computed on %1 in %2</source>
        <translation>Gerechnet auf %1 in %2</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>Gerät</translation>
    </message>
    <message>
        <source>Listening</source>
        <translation>Anhören</translation>
    </message>
    <message>
        <source>Measure now</source>
        <translation>Jetzt messen</translation>
    </message>
    <message>
        <source>Measuring…</source>
        <translation>Wird gemessen…</translation>
    </message>
    <message>
        <source>NVIDIA GPU (CUDA)</source>
        <translation>NVIDIA-GPU (CUDA)</translation>
    </message>
    <message>
        <source>Not measured on this machine yet.</source>
        <translation>Auf diesem Rechner noch nicht gemessen.</translation>
    </message>
    <message>
        <source>Precision</source>
        <translation>Genauigkeit</translation>
    </message>
    <message>
        <source>Songs at once</source>
        <translation>Songs zugleich</translation>
    </message>
    <message>
        <source>Windows</source>
        <translation>Abschnitte</translation>
    </message>
    <message>
        <source>every other one, twice as fast</source>
        <translation>jeder zweite, doppelt so schnell</translation>
    </message>
    <message>
        <source>fastest that is near enough</source>
        <translation>die schnellste, die genau genug ist</translation>
    </message>
    <message>
        <source>fastest there is</source>
        <translation>das schnellste vorhandene</translation>
    </message>
    <message>
        <source>full (fp32)</source>
        <translation>voll (fp32)</translation>
    </message>
    <message>
        <source>half (bf16)</source>
        <translation>halb (bf16)</translation>
    </message>
    <message>
        <source>half (fp16)</source>
        <translation>halb (fp16)</translation>
    </message>
    <message>
        <source>one after the other</source>
        <translation>einer nach dem anderen</translation>
    </message>
    <message>
        <source>one for each core (%1)</source>
        <translation>einer je Kern (%1)</translation>
    </message>
    <message>
        <source>overlapping by half, half as fast</source>
        <translation>zur Hälfte überlappend, halb so schnell</translation>
    </message>
    <message>
        <source>overlapping by three quarters</source>
        <translation>zu drei Vierteln überlappend</translation>
    </message>
    <message>
        <source>processor</source>
        <translation>Prozessor</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message numerus="yes">
        <source>%n song(s) left out: a playlist holds no path with a line break</source>
        <translation>
            <numerusform>%n Song ausgelassen: Eine Playlist fasst keinen Pfad mit Zeilenumbruch</numerusform>
            <numerusform>%n Songs ausgelassen: Eine Playlist fasst keinen Pfad mit Zeilenumbruch</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n song(s) written to</source>
        <translation>
            <numerusform>%n Song exportiert nach</numerusform>
            <numerusform>%n Songs exportiert nach</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ManyPage</name>
    <message>
        <source>%1 of %2</source>
        <translation>%1 von %2</translation>
    </message>
    <message numerus="yes">
        <source>%n song(s)</source>
        <translation>
            <numerusform>%n Song</numerusform>
            <numerusform>%n Songs</numerusform>
        </translation>
    </message>
    <message>
        <source>None of these songs has a tag yet.</source>
        <translation>Noch keiner dieser Songs hat ein Tag.</translation>
    </message>
    <message>
        <source>Tags</source>
        <translation>Tags</translation>
    </message>
    <message>
        <source>What you say here is said of all of them.</source>
        <translation>Was Sie hier festlegen, gilt für alle.</translation>
    </message>
    <message>
        <source>all</source>
        <translation>alle</translation>
    </message>
</context>
<context>
    <name>Measure</name>
    <message>
        <source>heard with %1, holds from %2 on</source>
        <translation>herausgehört mit %1, gilt ab %2</translation>
    </message>
</context>
<context>
    <name>Menus</name>
    <message>
        <source>&amp;About Earmark</source>
        <translation>Über &amp;Earmark</translation>
    </message>
    <message>
        <source>&amp;Add a folder…</source>
        <translation>&amp;Ordner hinzufügen…</translation>
    </message>
    <message>
        <source>&amp;Dark</source>
        <translation>&amp;Dunkel</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>&amp;Bearbeiten</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Datei</translation>
    </message>
    <message>
        <source>&amp;Find</source>
        <translation>&amp;Suchen</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>&amp;Hilfe</translation>
    </message>
    <message>
        <source>&amp;History of writing</source>
        <translation>Schreib&amp;verlauf</translation>
    </message>
    <message>
        <source>&amp;Keyboard shortcuts</source>
        <translation>&amp;Tastenkürzel</translation>
    </message>
    <message>
        <source>&amp;Light</source>
        <translation>&amp;Hell</translation>
    </message>
    <message>
        <source>&amp;Model card</source>
        <translation>&amp;Modellkarte</translation>
    </message>
    <message>
        <source>&amp;Play or pause</source>
        <translation>&amp;Wiedergabe oder Pause</translation>
    </message>
    <message>
        <source>&amp;Query language</source>
        <translation>&amp;Suchsprache</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>&amp;Beenden</translation>
    </message>
    <message>
        <source>&amp;Reject a tag…</source>
        <translation>Tag ab&amp;lehnen…</translation>
    </message>
    <message>
        <source>&amp;Review tags…</source>
        <translation>Tags &amp;prüfen…</translation>
    </message>
    <message>
        <source>&amp;Scan again</source>
        <translation>Erneut &amp;scannen</translation>
    </message>
    <message>
        <source>&amp;Songs</source>
        <translation>&amp;Songs</translation>
    </message>
    <message>
        <source>&amp;Tags</source>
        <translation>&amp;Tags</translation>
    </message>
    <message>
        <source>&amp;Tools</source>
        <translation>&amp;Extras</translation>
    </message>
    <message>
        <source>&amp;Undo the last decision</source>
        <translation>Letzte Entscheidung &amp;rückgängig machen</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ansicht</translation>
    </message>
    <message>
        <source>&amp;Write tags…</source>
        <translation>&amp;Tags schreiben…</translation>
    </message>
    <message>
        <source>A&amp;ccept a tag…</source>
        <translation>Tag a&amp;nnehmen…</translation>
    </message>
    <message>
        <source>As the &amp;system</source>
        <translation>Wie das &amp;System</translation>
    </message>
    <message>
        <source>Export the result as a &amp;table…</source>
        <translation>Ergebnis als &amp;Tabelle exportieren…</translation>
    </message>
    <message>
        <source>Export the result as a p&amp;laylist…</source>
        <translation>Ergebnis als P&amp;laylist exportieren…</translation>
    </message>
    <message>
        <source>Find si&amp;milar songs</source>
        <translation>Ä&amp;hnliche Songs finden</translation>
    </message>
    <message>
        <source>Models and se&amp;ttings…</source>
        <translation>&amp;Modelle und Einstellungen…</translation>
    </message>
    <message>
        <source>S&amp;ide bar and tags</source>
        <translation>Se&amp;itenleiste und Tags</translation>
    </message>
    <message>
        <source>Sa&amp;ve this search…</source>
        <translation>Diese Suche s&amp;peichern…</translation>
    </message>
    <message>
        <source>Scan again, &amp;problems too</source>
        <translation>Erneut scannen, auch &amp;Problemfälle</translation>
    </message>
    <message>
        <source>Select &amp;all songs</source>
        <translation>&amp;Alle Songs auswählen</translation>
    </message>
    <message>
        <source>Show all s&amp;ongs</source>
        <translation>Alle S&amp;ongs zeigen</translation>
    </message>
    <message>
        <source>T&amp;heme</source>
        <translation>&amp;Farbschema</translation>
    </message>
    <message>
        <source>The s&amp;ong chosen</source>
        <translation>&amp;Gewählter Song</translation>
    </message>
</context>
<context>
    <name>ModelsPage</name>
    <message>
        <source>%1 (in use)</source>
        <translation>%1 (in Gebrauch)</translation>
    </message>
    <message>
        <source>%1 MB</source>
        <translation>%1 MB</translation>
    </message>
    <message>
        <source>%1 tags</source>
        <translation>%1 Tags</translation>
    </message>
    <message>
        <source>A model file (.safetensors), or a public checkpoint (.pth)</source>
        <translation>Eine Modelldatei (.safetensors) oder ein öffentlicher Checkpoint (.pth)</translation>
    </message>
    <message>
        <source>A model hears the tags. Scores of several models lie side by side; each hears a song once.</source>
        <translation>Ein Modell hört die Tags heraus. Die Werte mehrerer Modelle liegen nebeneinander; jedes hört einen Song nur einmal an.</translation>
    </message>
    <message>
        <source>Add a model</source>
        <translation>Modell hinzufügen</translation>
    </message>
    <message>
        <source>Add a model…</source>
        <translation>Modell hinzufügen…</translation>
    </message>
    <message>
        <source>Delete the added file; scores in the library stay</source>
        <translation>Die hinzugefügte Datei löschen; die Werte in der Bibliothek bleiben</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modelle</translation>
    </message>
    <message>
        <source>Models and checkpoints (%1)</source>
        <translation>Modelle und Checkpoints (%1)</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Use</source>
        <translation>Verwenden</translation>
    </message>
    <message>
        <source>added</source>
        <translation>hinzugefügt</translation>
    </message>
    <message>
        <source>cannot be used</source>
        <translation>nicht verwendbar</translation>
    </message>
    <message>
        <source>comes with Earmark</source>
        <translation>mit Earmark geliefert</translation>
    </message>
</context>
<context>
    <name>Notice</name>
    <message>
        <source>Put this message away</source>
        <translation>Diese Meldung ausblenden</translation>
    </message>
</context>
<context>
    <name>PlayerBar</name>
    <message>
        <source>Cannot be played: %1</source>
        <translation>Nicht abspielbar: %1</translation>
    </message>
    <message>
        <source>Mute</source>
        <translation>Stummschalten</translation>
    </message>
    <message>
        <source>Next song</source>
        <translation>Nächster Song</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pause</translation>
    </message>
    <message>
        <source>Place in the song</source>
        <translation>Stelle im Song</translation>
    </message>
    <message>
        <source>Play</source>
        <translation>Abspielen</translation>
    </message>
    <message>
        <source>Previous song</source>
        <translation>Voriger Song</translation>
    </message>
    <message>
        <source>Unmute</source>
        <translation>Ton einschalten</translation>
    </message>
    <message>
        <source>Volume</source>
        <translation>Lautstärke</translation>
    </message>
</context>
<context>
    <name>PreferencesDialog</name>
    <message>
        <source>Pages of the settings</source>
        <translation>Seiten der Einstellungen</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Einstellungen</translation>
    </message>
</context>
<context>
    <name>Presets</name>
    <message>
        <source>Custom field</source>
        <translation>Eigenes Feld</translation>
    </message>
    <message>
        <source>DJ comment</source>
        <translation>DJ-Kommentar</translation>
    </message>
    <message>
        <source>Genre and mood, in the places that MusicBrainz Picard uses.</source>
        <translation>Genre und Stimmung, dort, wo MusicBrainz Picard sie ablegt.</translation>
    </message>
    <message>
        <source>Standard</source>
        <translation>Standard</translation>
    </message>
    <message>
        <source>Tags in brackets behind the comment, where Rekordbox, Serato and Traktor show them.</source>
        <translation>Tags in Klammern hinter dem Kommentar, wo Rekordbox, Serato und Traktor sie zeigen.</translation>
    </message>
    <message>
        <source>The best genre, and other tags in the grouping, for smart playlists.</source>
        <translation>Das beste Genre, weitere Tags in der Gruppierung, für intelligente Playlists.</translation>
    </message>
    <message>
        <source>Touches no common field: all tags go into a field of their own, EARMARK_TAGS.</source>
        <translation>Lässt gängige Felder unberührt: Alle Tags kommen in ein eigenes Feld, EARMARK_TAGS.</translation>
    </message>
    <message>
        <source>iTunes grouping</source>
        <translation>iTunes-Gruppierung</translation>
    </message>
</context>
<context>
    <name>Queue</name>
    <message>
        <source>accepted</source>
        <translation>angenommen</translation>
    </message>
    <message>
        <source>rejected</source>
        <translation>abgelehnt</translation>
    </message>
    <message>
        <source>skipped</source>
        <translation>übersprungen</translation>
    </message>
</context>
<context>
    <name>ReasonModel</name>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>Why</source>
        <translation>Warum</translation>
    </message>
</context>
<context>
    <name>Report</name>
    <message numerus="yes">
        <source>%n file(s) byte for byte as before.</source>
        <translation>
            <numerusform>%n Datei Byte für Byte wie vorher.</numerusform>
            <numerusform>%n Dateien Byte für Byte wie vorher.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) changed by others since: the fields that were ours are back.</source>
        <translation>
            <numerusform>%n Datei wurde seither von anderen geändert: Die von Earmark geschriebenen Felder sind wiederhergestellt.</numerusform>
            <numerusform>%n Dateien wurden seither von anderen geändert: Die von Earmark geschriebenen Felder sind wiederhergestellt.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) had these tags already.</source>
        <translation>
            <numerusform>%n Datei hatte diese Tags schon.</numerusform>
            <numerusform>%n Dateien hatten diese Tags schon.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) left as before.</source>
        <translation>
            <numerusform>%n Datei blieb, wie sie war.</numerusform>
            <numerusform>%n Dateien blieben, wie sie waren.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) needed no change.</source>
        <translation>
            <numerusform>%n Datei brauchte keine Änderung.</numerusform>
            <numerusform>%n Dateien brauchten keine Änderung.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) written.</source>
        <translation>
            <numerusform>%n Datei geschrieben.</numerusform>
            <numerusform>%n Dateien geschrieben.</numerusform>
        </translation>
    </message>
    <message>
        <source>Stopped; the files after that stay as they were.</source>
        <translation>Angehalten; die übrigen Dateien bleiben, wie sie waren.</translation>
    </message>
    <message>
        <source>Stopped; the rest can be undone later.</source>
        <translation>Angehalten; der Rest lässt sich später zurücknehmen.</translation>
    </message>
    <message>
        <source>changed by others since, left alone: %1</source>
        <translation>seither von anderen geändert, unberührt gelassen: %1</translation>
    </message>
</context>
<context>
    <name>ReportView</name>
    <message numerus="yes">
        <source>%n file(s) to look at:</source>
        <translation>
            <numerusform>%n Datei zum Nachsehen:</numerusform>
            <numerusform>%n Dateien zum Nachsehen:</numerusform>
        </translation>
    </message>
    <message>
        <source>Files that were left as they were</source>
        <translation>Dateien, die unverändert blieben</translation>
    </message>
</context>
<context>
    <name>ReviewBar</name>
    <message>
        <source>Accept all from 90 on…</source>
        <translation>Alle ab 90 annehmen…</translation>
    </message>
    <message>
        <source>All tags</source>
        <translation>Alle Tags</translation>
    </message>
    <message>
        <source>Back to the songs (Esc)</source>
        <translation>Zurück zu den Songs (Esc)</translation>
    </message>
    <message>
        <source>Begins where the tag is strongest</source>
        <translation>Beginnt dort, wo das Tag am stärksten ist</translation>
    </message>
    <message>
        <source>For the tag chosen here, or else that of the question</source>
        <translation>Für das hier gewählte Tag, sonst für das der Frage</translation>
    </message>
    <message>
        <source>Most certain first</source>
        <translation>Die sichersten zuerst</translation>
    </message>
    <message>
        <source>Most doubtful first</source>
        <translation>Die zweifelhaftesten zuerst</translation>
    </message>
    <message>
        <source>Order</source>
        <translation>Reihenfolge</translation>
    </message>
    <message>
        <source>Play each song</source>
        <translation>Jeden Song abspielen</translation>
    </message>
    <message>
        <source>Review</source>
        <translation>Prüfen</translation>
    </message>
    <message>
        <source>Tag</source>
        <translation>Tag</translation>
    </message>
</context>
<context>
    <name>ReviewPage</name>
    <message>
        <source>%1 decided  ·  %2 to go</source>
        <translation>%1 entschieden  ·  %2 offen</translation>
    </message>
    <message numerus="yes">
        <source>%n song(s)</source>
        <translation>
            <numerusform>%n Song</numerusform>
            <numerusform>%n Songs</numerusform>
        </translation>
    </message>
    <message>
        <source>Accept all</source>
        <translation>Alle annehmen</translation>
    </message>
    <message>
        <source>Accept “%1” for %2 that were heard with %3 or more?</source>
        <translation>„%1“ annehmen für %2 mit einem Wert ab %3?</translation>
    </message>
    <message>
        <source>No open “%1” from %2 on</source>
        <translation>Kein offenes „%1“ ab %2</translation>
    </message>
    <message>
        <source>Nothing is left but what you skipped.</source>
        <translation>Offen ist nur noch, was Sie übersprungen haben.</translation>
    </message>
    <message>
        <source>Nothing is left to decide here.</source>
        <translation>Hier ist nichts mehr zu entscheiden.</translation>
    </message>
</context>
<context>
    <name>ScanStatus</name>
    <message>
        <source>%1 (paused)</source>
        <translation>%1 (unterbrochen)</translation>
    </message>
    <message numerus="yes">
        <source>%n problem(s)</source>
        <translation>
            <numerusform>%n Problem</numerusform>
            <numerusform>%n Probleme</numerusform>
        </translation>
    </message>
    <message>
        <source>Go on with the scan</source>
        <translation>Scan fortsetzen</translation>
    </message>
    <message>
        <source>Pause the scan</source>
        <translation>Scan unterbrechen</translation>
    </message>
    <message>
        <source>Preparing the scan</source>
        <translation>Scan wird vorbereitet</translation>
    </message>
    <message>
        <source>Scan progress</source>
        <translation>Fortschritt des Scans</translation>
    </message>
    <message>
        <source>Show the songs that could not be read or heard</source>
        <translation>Songs zeigen, die nicht gelesen oder angehört werden konnten</translation>
    </message>
    <message>
        <source>State of the library</source>
        <translation>Stand der Bibliothek</translation>
    </message>
    <message>
        <source>Stop the scan; songs that were heard stay heard</source>
        <translation>Scan anhalten; was angehört ist, bleibt angehört</translation>
    </message>
    <message>
        <source>Stopping the scan</source>
        <translation>Scan wird angehalten</translation>
    </message>
</context>
<context>
    <name>ScanWords</name>
    <message>
        <source>%1 h</source>
        <translation>%1 h</translation>
    </message>
    <message>
        <source>%1 h %2 min</source>
        <translation>%1 h %2 min</translation>
    </message>
    <message>
        <source>%1 left</source>
        <translation>noch %1</translation>
    </message>
    <message>
        <source>%1 min</source>
        <translation>%1 min</translation>
    </message>
    <message>
        <source>%1: %2 of %3</source>
        <translation>%1: %2 von %3</translation>
    </message>
    <message numerus="yes">
        <source>%n back again</source>
        <translation>
            <numerusform>%n wieder da</numerusform>
            <numerusform>%n wieder da</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n missing</source>
        <translation>
            <numerusform>%n fehlt</numerusform>
            <numerusform>%n fehlen</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n new</source>
        <translation>
            <numerusform>%n neu</numerusform>
            <numerusform>%n neu</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n not heard yet</source>
        <translation>
            <numerusform>%n noch nicht angehört</numerusform>
            <numerusform>%n noch nicht angehört</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n song(s)</source>
        <translation>
            <numerusform>%n Song</numerusform>
            <numerusform>%n Songs</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n song(s) a minute</source>
        <translation>
            <numerusform>%n Song pro Minute</numerusform>
            <numerusform>%n Songs pro Minute</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n song(s) heard</source>
        <translation>
            <numerusform>%n Song angehört</numerusform>
            <numerusform>%n Songs angehört</numerusform>
        </translation>
    </message>
    <message>
        <source>Comparing with the library</source>
        <translation>Mit der Bibliothek vergleichen</translation>
    </message>
    <message>
        <source>Listening</source>
        <translation>Anhören</translation>
    </message>
    <message>
        <source>Looking for music</source>
        <translation>Musik suchen</translation>
    </message>
    <message>
        <source>Reading tags</source>
        <translation>Tags lesen</translation>
    </message>
    <message>
        <source>Recognising moved songs</source>
        <translation>Verschobene Songs wiedererkennen</translation>
    </message>
    <message>
        <source>Stopped; what was finished is kept.</source>
        <translation>Angehalten; was fertig ist, bleibt erhalten.</translation>
    </message>
    <message>
        <source>less than a minute</source>
        <translation>weniger als eine Minute</translation>
    </message>
</context>
<context>
    <name>ScoreRow</name>
    <message>
        <source>Accept “%1” (A)</source>
        <translation>„%1“ annehmen (A)</translation>
    </message>
    <message>
        <source>Holds from %1 on</source>
        <translation>Gilt ab %1</translation>
    </message>
    <message>
        <source>Reject “%1” (R)</source>
        <translation>„%1“ ablehnen (R)</translation>
    </message>
    <message>
        <source>Undecide “%1” (U)</source>
        <translation>Entscheidung zu „%1“ zurücknehmen (U)</translation>
    </message>
    <message>
        <source>accepted</source>
        <translation>angenommen</translation>
    </message>
    <message>
        <source>not decided</source>
        <translation>nicht entschieden</translation>
    </message>
    <message>
        <source>rejected</source>
        <translation>abgelehnt</translation>
    </message>
</context>
<context>
    <name>Scores</name>
    <message>
        <source>file: %1</source>
        <translation>Datei: %1</translation>
    </message>
    <message>
        <source>file: none</source>
        <translation>Datei: nichts</translation>
    </message>
</context>
<context>
    <name>SearchField</name>
    <message>
        <source>Search songs</source>
        <translation>Songs suchen</translation>
    </message>
    <message>
        <source>Search: slow piano -vocal year&lt;1990</source>
        <translation>Suchen: slow piano -vocal year&lt;1990</translation>
    </message>
    <message>
        <source>What is wrong with the search</source>
        <translation>Was an der Suche nicht stimmt</translation>
    </message>
</context>
<context>
    <name>Section</name>
    <message>
        <source>%1 more</source>
        <translation>%1 weitere</translation>
    </message>
    <message>
        <source>Show fewer</source>
        <translation>Weniger zeigen</translation>
    </message>
</context>
<context>
    <name>SideBar</name>
    <message>
        <source>%1: not there now; its songs are kept</source>
        <translation>%1: gerade nicht da; die Songs bleiben erhalten</translation>
    </message>
    <message>
        <source>Add a folder…</source>
        <translation>Ordner hinzufügen…</translation>
    </message>
    <message>
        <source>All songs</source>
        <translation>Alle Songs</translation>
    </message>
    <message>
        <source>Folders</source>
        <translation>Ordner</translation>
    </message>
    <message>
        <source>Keep the search that is shown under a name</source>
        <translation>Die gezeigte Suche unter einem Namen behalten</translation>
    </message>
    <message>
        <source>Library</source>
        <translation>Bibliothek</translation>
    </message>
    <message>
        <source>Missing</source>
        <translation>Fehlend</translation>
    </message>
    <message>
        <source>Name:</source>
        <translation>Name:</translation>
    </message>
    <message>
        <source>Not heard yet</source>
        <translation>Noch nicht angehört</translation>
    </message>
    <message>
        <source>Problems</source>
        <translation>Probleme</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>Entfernen</translation>
    </message>
    <message>
        <source>Remove from the library…</source>
        <translation>Aus der Bibliothek entfernen…</translation>
    </message>
    <message>
        <source>Remove the saved search “%1”? No song changes.</source>
        <translation>Die gespeicherte Suche „%1“ entfernen? Kein Song ändert sich.</translation>
    </message>
    <message>
        <source>Remove the search</source>
        <translation>Suche entfernen</translation>
    </message>
    <message>
        <source>Rename the search</source>
        <translation>Suche umbenennen</translation>
    </message>
    <message>
        <source>Rename…</source>
        <translation>Umbenennen…</translation>
    </message>
    <message>
        <source>Save this search</source>
        <translation>Diese Suche speichern</translation>
    </message>
    <message>
        <source>Save this search…</source>
        <translation>Diese Suche speichern…</translation>
    </message>
    <message>
        <source>Saved searches</source>
        <translation>Gespeicherte Suchen</translation>
    </message>
    <message>
        <source>Scan this folder</source>
        <translation>Diesen Ordner scannen</translation>
    </message>
    <message>
        <source>States, saved searches and folders</source>
        <translation>Bibliothek, gespeicherte Suchen und Ordner</translation>
    </message>
    <message>
        <source>Written</source>
        <translation>Geschrieben</translation>
    </message>
    <message>
        <source>away</source>
        <translation>nicht da</translation>
    </message>
    <message>
        <source>new</source>
        <translation>neu</translation>
    </message>
</context>
<context>
    <name>SimilarList</name>
    <message>
        <source>Similar songs</source>
        <translation>Ähnliche Songs</translation>
    </message>
</context>
<context>
    <name>SongDelegate</name>
    <message>
        <source>No tag holds; the nearest are:</source>
        <translation>Kein Tag gilt; am nächsten kommen:</translation>
    </message>
    <message>
        <source>not heard yet</source>
        <translation>noch nicht angehört</translation>
    </message>
</context>
<context>
    <name>SongPage</name>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>Find more</source>
        <translation>Mehr finden</translation>
    </message>
    <message>
        <source>Search for the songs that sound most like this one</source>
        <translation>Die Songs suchen, die diesem am ähnlichsten klingen</translation>
    </message>
    <message>
        <source>Sounds like</source>
        <translation>Klingt wie</translation>
    </message>
</context>
<context>
    <name>SongPanel</name>
    <message>
        <source>Choose a song to see what was heard in it.</source>
        <translation>Wählen Sie einen Song, um zu sehen, was darin zu hören ist.</translation>
    </message>
</context>
<context>
    <name>SongTable</name>
    <message>
        <source>Accept “%1”</source>
        <translation>„%1“ annehmen</translation>
    </message>
    <message>
        <source>Find similar songs</source>
        <translation>Ähnliche Songs finden</translation>
    </message>
    <message>
        <source>Play</source>
        <translation>Abspielen</translation>
    </message>
    <message>
        <source>Reject “%1”</source>
        <translation>„%1“ ablehnen</translation>
    </message>
    <message>
        <source>Songs</source>
        <translation>Songs</translation>
    </message>
    <message>
        <source>Undecide “%1”</source>
        <translation>Entscheidung zu „%1“ zurücknehmen</translation>
    </message>
    <message>
        <source>Write tags…</source>
        <translation>Tags schreiben…</translation>
    </message>
</context>
<context>
    <name>Sound</name>
    <message>
        <source>Playing needs Qt Multimedia, which this system cannot load</source>
        <translation>Zum Abspielen wird Qt Multimedia gebraucht, das dieses System nicht laden kann</translation>
    </message>
    <message>
        <source>Qt Multimedia has nothing to play with on this system</source>
        <translation>Qt Multimedia hat auf diesem System nichts, womit es abspielen kann</translation>
    </message>
    <message>
        <source>The file cannot be opened: %1</source>
        <translation>Die Datei lässt sich nicht öffnen: %1</translation>
    </message>
    <message>
        <source>There is no sound device</source>
        <translation>Es gibt kein Audiogerät</translation>
    </message>
    <message>
        <source>This file cannot be played</source>
        <translation>Diese Datei lässt sich nicht abspielen</translation>
    </message>
    <message>
        <source>This system cannot play a file whose name is no text</source>
        <translation>Dieses System kann keine Datei abspielen, deren Name kein gültiger Text ist</translation>
    </message>
</context>
<context>
    <name>Stage</name>
    <message>
        <source>Accept</source>
        <translation>Annehmen</translation>
    </message>
    <message>
        <source>Questions</source>
        <translation>Fragen</translation>
    </message>
</context>
<context>
    <name>Start</name>
    <message>
        <source>Go on with the default settings</source>
        <translation>Mit den Standardeinstellungen fortfahren</translation>
    </message>
    <message>
        <source>The library cannot be opened.</source>
        <translation>Die Bibliothek lässt sich nicht öffnen.</translation>
    </message>
    <message>
        <source>The settings cannot be read.</source>
        <translation>Die Einstellungen lassen sich nicht lesen.</translation>
    </message>
</context>
<context>
    <name>TagButton</name>
    <message numerus="yes">
        <source>%n song(s)</source>
        <translation>
            <numerusform>%n Song</numerusform>
            <numerusform>%n Songs</numerusform>
        </translation>
    </message>
    <message>
        <source>Press once to want it, again to exclude it, again to leave it open (+, -, Delete)</source>
        <translation>Einmal drücken, um es zu verlangen, noch einmal, um es auszuschließen, und noch einmal, um es offen zu lassen (+, -, Entf)</translation>
    </message>
    <message>
        <source>excluded</source>
        <translation>ausgeschlossen</translation>
    </message>
    <message>
        <source>open</source>
        <translation>offen</translation>
    </message>
    <message>
        <source>wanted</source>
        <translation>verlangt</translation>
    </message>
</context>
<context>
    <name>TagNames</name>
    <message>
        <source>Tag</source>
        <translation>Tag</translation>
    </message>
    <message>
        <source>Written as</source>
        <translation>Geschrieben als</translation>
    </message>
    <message>
        <source>not written</source>
        <translation>wird nicht geschrieben</translation>
    </message>
</context>
<context>
    <name>TagNamesPage</name>
    <message>
        <source>Reset all</source>
        <translation>Alle zurücksetzen</translation>
    </message>
    <message>
        <source>Reset selected</source>
        <translation>Ausgewählte zurücksetzen</translation>
    </message>
    <message>
        <source>Tag names</source>
        <translation>Tag-Namen</translation>
    </message>
    <message>
        <source>What tags are called in files</source>
        <translation>Wie Tags in Dateien heißen</translation>
    </message>
    <message>
        <source>What tags are called in files. Double-click a name to change it; a tag without a check mark is never written.</source>
        <translation>Wie Tags in Dateien heißen. Ein Doppelklick auf einen Namen ändert ihn; ein Tag ohne Häkchen wird nie geschrieben.</translation>
    </message>
</context>
<context>
    <name>TagPanel</name>
    <message>
        <source>Filter tags</source>
        <translation>Tags filtern</translation>
    </message>
    <message>
        <source>Tags appear here once a model is in use.</source>
        <translation>Hier erscheinen Tags, sobald ein Modell in Gebrauch ist.</translation>
    </message>
</context>
<context>
    <name>TagRow</name>
    <message>
        <source>The model&apos;s own threshold is %1</source>
        <translation>Die Schwelle des Modells ist %1</translation>
    </message>
    <message>
        <source>Threshold of %1 in hundredths</source>
        <translation>Schwelle von %1 in Hundertsteln</translation>
    </message>
</context>
<context>
    <name>ThresholdChoice</name>
    <message>
        <source>One threshold for all tags</source>
        <translation>Eine Schwelle für alle Tags</translation>
    </message>
    <message>
        <source>Threshold in hundredths</source>
        <translation>Schwelle in Hundertsteln</translation>
    </message>
</context>
<context>
    <name>TimelineView</name>
    <message>
        <source>%1 at %2</source>
        <translation>%1 bei %2</translation>
    </message>
    <message>
        <source>Arrows move by a window, Enter plays from there</source>
        <translation>Pfeiltasten springen um einen Abschnitt, die Eingabetaste spielt ab dort</translation>
    </message>
    <message>
        <source>Course through the song</source>
        <translation>Verlauf durch den Song</translation>
    </message>
</context>
<context>
    <name>Values</name>
    <message>
        <source>BPM</source>
        <translation>BPM</translation>
    </message>
    <message>
        <source>Comment</source>
        <translation>Kommentar</translation>
    </message>
    <message>
        <source>Genre</source>
        <translation>Genre</translation>
    </message>
    <message>
        <source>Grouping</source>
        <translation>Gruppierung</translation>
    </message>
    <message>
        <source>Grouping (iTunes)</source>
        <translation>Gruppierung (iTunes)</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>Tonart</translation>
    </message>
    <message>
        <source>Mood</source>
        <translation>Stimmung</translation>
    </message>
    <message>
        <source>added: %1</source>
        <translation>hinzugefügt: %1</translation>
    </message>
    <message>
        <source>empty</source>
        <translation>leer</translation>
    </message>
    <message>
        <source>removed: %1</source>
        <translation>entfernt: %1</translation>
    </message>
</context>
<context>
    <name>WriteOptions</name>
    <message>
        <source>Also note scores and model in a field EARMARK</source>
        <translation>Auch Werte und Modell in einem Feld EARMARK vermerken</translation>
    </message>
    <message>
        <source>Only tags that I accepted</source>
        <translation>Nur Tags, die ich angenommen habe</translation>
    </message>
    <message>
        <source>PRESET</source>
        <translation>VORLAGE</translation>
    </message>
    <message>
        <source>Preset</source>
        <translation>Vorlage</translation>
    </message>
    <message>
        <source>VALUES THAT ARE THERE</source>
        <translation>VORHANDENE WERTE</translation>
    </message>
    <message>
        <source>Values of %1 that are there</source>
        <translation>Vorhandene Werte in %1</translation>
    </message>
    <message>
        <source>WHICH TAGS</source>
        <translation>WELCHE TAGS</translation>
    </message>
    <message>
        <source>keep them, add in brackets</source>
        <translation>behalten, in Klammern anfügen</translation>
    </message>
    <message>
        <source>keep them, add new ones</source>
        <translation>behalten, neue hinzufügen</translation>
    </message>
    <message>
        <source>keep them, fill empty ones</source>
        <translation>behalten, leere Felder füllen</translation>
    </message>
    <message>
        <source>replace them</source>
        <translation>ersetzen</translation>
    </message>
</context>
<context>
    <name>WritePage</name>
    <message numerus="yes">
        <source>%1 of %n file(s)</source>
        <translation>
            <numerusform>%1 von %n Datei</numerusform>
            <numerusform>%1 von %n Dateien</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n already as wanted</source>
        <translation>
            <numerusform>%n schon wie gewünscht</numerusform>
            <numerusform>%n schon wie gewünscht</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n cannot be written</source>
        <translation>
            <numerusform>%n kann nicht beschrieben werden</numerusform>
            <numerusform>%n können nicht beschrieben werden</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n with a warning</source>
        <translation>
            <numerusform>%n mit Warnung</numerusform>
            <numerusform>%n mit Warnung</numerusform>
        </translation>
    </message>
    <message>
        <source>Back to the songs</source>
        <translation>Zurück zu den Songs</translation>
    </message>
    <message>
        <source>Check all</source>
        <translation>Alle ankreuzen</translation>
    </message>
    <message>
        <source>Check none</source>
        <translation>Keine ankreuzen</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>Nothing to write.</source>
        <translation>Nichts zu schreiben.</translation>
    </message>
    <message>
        <source>Only files with warnings</source>
        <translation>Nur Dateien mit Warnungen</translation>
    </message>
    <message>
        <source>Plan again</source>
        <translation>Neu planen</translation>
    </message>
    <message>
        <source>Reading files</source>
        <translation>Dateien lesen</translation>
    </message>
    <message>
        <source>Taking back</source>
        <translation>Zurücknehmen</translation>
    </message>
    <message>
        <source>Undo this batch</source>
        <translation>Diesen Vorgang zurücknehmen</translation>
    </message>
    <message numerus="yes">
        <source>Write %n file(s)</source>
        <translation>
            <numerusform>%n Datei schreiben</numerusform>
            <numerusform>%n Dateien schreiben</numerusform>
        </translation>
    </message>
    <message>
        <source>Write tags</source>
        <translation>Tags schreiben</translation>
    </message>
    <message>
        <source>Write tags into files</source>
        <translation>Tags in Dateien schreiben</translation>
    </message>
    <message>
        <source>Writing</source>
        <translation>Schreiben</translation>
    </message>
    <message numerus="yes">
        <source>for %n song(s)</source>
        <translation>
            <numerusform>für %n Song</numerusform>
            <numerusform>für %n Songs</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>WritingPage</name>
    <message>
        <source>%1 → %2</source>
        <translation>%1 → %2</translation>
    </message>
    <message>
        <source>(the best %1)</source>
        <translation>(Top %1)</translation>
    </message>
    <message>
        <source>Files that have a tag keep its version.</source>
        <translation>Dateien, die schon ein Tag haben, behalten dessen Version.</translation>
    </message>
    <message>
        <source>ID3 version of new tags</source>
        <translation>ID3-Version neuer Tags</translation>
    </message>
    <message>
        <source>ID3v2.3, for old players and cars</source>
        <translation>ID3v2.3, für alte Player und Autoradios</translation>
    </message>
    <message>
        <source>ID3v2.4, several values in a field</source>
        <translation>ID3v2.4, mehrere Werte in einem Feld</translation>
    </message>
    <message>
        <source>New tags in MP3, WAV, AIFF</source>
        <translation>Neue Tags in MP3, WAV, AIFF</translation>
    </message>
    <message>
        <source>No file changes before you have seen and confirmed the change.</source>
        <translation>Keine Datei ändert sich, bevor Sie die Änderung gesehen und bestätigt haben.</translation>
    </message>
    <message>
        <source>Preset</source>
        <translation>Vorlage</translation>
    </message>
    <message>
        <source>Start from</source>
        <translation>Ausgehen von</translation>
    </message>
    <message>
        <source>Tags go to</source>
        <translation>Tags kommen nach</translation>
    </message>
    <message>
        <source>Writing</source>
        <translation>Schreiben</translation>
    </message>
</context>
<context>
    <name>_Question</name>
    <message>
        <source>Fields that somebody changed since are left alone, and named afterwards. Files that have got other names since (hard links) are parted from them.</source>
        <translation>Felder, die seither jemand geändert hat, bleiben unberührt und werden danach genannt. Dateien, die seither weitere Namen bekommen haben (Hardlinks), werden von diesen getrennt.</translation>
    </message>
    <message>
        <source>Leave as it is</source>
        <translation>So lassen</translation>
    </message>
    <message>
        <source>Take back</source>
        <translation>Zurücknehmen</translation>
    </message>
</context>
</TS>
